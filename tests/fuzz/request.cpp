#include <bit>

#include "deploy/bank_models.hpp"
#include "fuzz/target.hpp"
#include "gasket/deploy/inference_protocol.hpp"
#include "gasket/deploy/record_reader.hpp"

using namespace gasket;

namespace {

/// A model that reads every kind of column: numbers, whole numbers, yes or no, labels, times.
const Model& model() {
    static const Model fitted = [] {
        const Table bank = testing_support::small_bank(200).without({"customer_id"});
        std::vector<std::int64_t> joined;
        for (std::size_t r = 0; r < bank.rows(); ++r)
            joined.push_back(1700000000 + static_cast<std::int64_t>(r) * 86400);
        return testing_support::bank_model(7, bank.with("joined", Column::datetime(joined)));
    }();
    return fitted;
}

void check(const RecordBuilder& builder) {
    const std::size_t rows = builder.good().size();
    fuzz::must(rows <= builder.records(), "no more good records than records");
    std::vector<const double*> pointers;
    for (const std::vector<double>& column : builder.columns()) {
        fuzz::must(column.size() == rows, "a value in every column for each good record");
        pointers.push_back(column.data());
    }
    std::vector<double> answers(rows);
    detail::ChainMemory memory;
    if (rows > 0) model().parts().chain.predict(Block(pointers, rows), answers.data(), memory);
    for (const double p : answers) fuzz::must(p >= 0 && p <= 1, "an answer for every good record");
    for (std::size_t r = 0; r < rows; ++r)
        fuzz::must(Json::accept(builder.record_json(r)), "a good record is written as JSON");
    if (rows > 0) {
        // What was understood is understood again, alike.
        RecordBuilder again(model(), builder.rules());
        const ReadRecords read = read_records(builder.record_json(0), again);
        fuzz::must(read.refusal.status == 0 && again.records() == 1, "a record as written is read again");
        for (std::size_t i = 0; again.good().size() == 1 && i < pointers.size(); ++i) {
            const double before = builder.columns()[i][0], after = again.columns()[i][0];
            fuzz::must(before == after || (is_missing(before) && is_missing(after)), "and says the same");
        }
    }
}

/// The body of a request, in either language of the service.
void run(std::string_view bytes) {
    for (const bool strict : {false, true}) {
        RecordBuilder builder(model(), {.refuse_unseen = strict, .refuse_outside = strict, .most_rows = 50});
        const ReadRecords read = read_records(bytes, builder);
        if (read.refusal.status == 0) {
            fuzz::must(builder.records() > 0 && builder.records() <= 50, "as many records as are allowed");
            check(builder);
        }
        std::string id;
        const RequestRefusal refusal = detail::InferenceProtocol::read(bytes, builder, id);
        if (refusal.status == 0) {
            fuzz::must(builder.errors().empty() && builder.good().size() == builder.records(),
                       "a request that is taken has no bad row");
            check(builder);
        } else {
            fuzz::must(!refusal.reason.empty(), "a refusal has a reason");
        }
    }
}

const fuzz::Registered request{{"request", run, fuzz::open_text, fuzz::close_text}};

}  // namespace
