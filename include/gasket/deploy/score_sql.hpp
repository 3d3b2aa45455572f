#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/row_rules.hpp"
#include "gasket/data/quarantine.hpp"
#include "gasket/data/sql_database.hpp"
#include "gasket/data/stack.hpp"
#include "gasket/deploy/batch.hpp"

namespace gasket {

/// Rows of a database that are to be scored.
struct BatchQuery {
    /// a SELECT with the columns that the model reads; again and again it must give the same rows
    std::string select;
    /// the column that names a row: numbers up to 2^53 or texts, no two alike, none missing. Its order is
    /// that of the batch; with an index on it each block is found at once
    std::string key;
};

namespace detail {

/// One batch from a query to a table.
template <class From, class To>
class SqlBatch {
  public:
    SqlBatch(const Model& model, From& from, const BatchQuery& query, To& to, const SqlName& out,
             const BatchOptions& options)
        : options_(options),
          from_(from),
          to_(to),
          query_(query),
          out_(out),
          rejects_(out.schema, out.name + "_rejects"),
          run_(model, options) {
        find_columns();
    }

    [[nodiscard]] BatchReport finish() {
        take_up();
        const std::string task = "score " + out_.name;
        run_.tell(task, static_cast<double>(run_.rows()), total_, false);
        for (bool more = true; more;) {
            run_.lap();
            Block block;
            read(options_.block_rows + 1, block);
            more = one_too_many(block);
            require_rising(block);
            run_.lap(run_.report().read_seconds);
            write(block, more);
            run_.lap(run_.report().write_seconds);
            run_.tell(task, static_cast<double>(run_.rows()),
                      std::max(total_, static_cast<double>(run_.rows())), false);
        }
        if (run_.too_many_rejected()) run_.refuse("rows of " + query_.select, rejects_.name);
        return run_.finish();
    }

  private:
    /// Rows in the order of their keys: those that could be read, and those that break the contract.
    struct Block {
        std::vector<Table> read = {};
        std::vector<QuarantinedRow> bad = {};
        std::vector<SqlValue> keys = {};
        std::vector<std::string> key_texts = {};
        std::vector<char> is_bad = {};
    };

    [[nodiscard]] static std::string quoted(const std::string& name) { return sql_quoted_part(name, 1000); }
    [[nodiscard]] std::string rows_of_query() const { return "(" + query_.select + ") AS gasket_batch"; }

    /// The types of the key and of what else is carried over, which the model need not know.
    void find_columns() {
        schema_ = run_.schema();
        for (const ColumnSchema& column : schema_) features_.push_back(column.name);
        carried_ = {query_.key};
        for (const std::string& name : options_.carry.value_or(std::vector<std::string>{})) {
            if (std::find(carried_.begin(), carried_.end(), name) == carried_.end()) carried_.push_back(name);
        }
        const Table sample = from_.query("SELECT * FROM " + rows_of_query() + " LIMIT 1");
        run_.report().extra_columns = 0;
        for (const std::string& name : sample.names())
            run_.report().extra_columns += schema_.find(name) ? 0 : 1;
        std::string fractions;
        for (const std::string& name : carried_) {
            const Column& column = sample[name];  // throws where it is not there
            if (schema_.find(name)) continue;
            const LogicalType type = column.kind() == Kind::numeric    ? LogicalType::integer
                                     : column.kind() == Kind::datetime ? LogicalType::datetime
                                                                       : LogicalType::text;
            schema_.add({.name = name, .type = type, .role = Role::id, .nullable = name != query_.key});
            if (type == LogicalType::integer)
                fractions += ", MAX(CASE WHEN " + quoted(name) + " <> CAST(" + quoted(name) +
                             " AS BIGINT) THEN 1 ELSE 0 END) AS " + quoted("fractions of " + name);
        }
        const Table counts =
            from_.query("SELECT COUNT(*) AS " + quoted("rows") + ", COUNT(" + quoted(query_.key) + ") AS " +
                        quoted("keys") + fractions + " FROM " + rows_of_query());
        total_ = counts["rows"].numbers()[0];
        require_key(counts["keys"].numbers()[0] == total_, "none that is missing",
                    text::grouped(static_cast<std::size_t>(total_ - counts["keys"].numbers()[0])));
        const Schema before = schema_;
        schema_ = Schema();
        for (ColumnSchema column : before) {
            const std::string name = "fractions of " + column.name;
            if (counts.has(name) && counts[name].numbers()[0] == 1) column.type = LogicalType::real;
            schema_.add(column);
        }
        require_key(sample[query_.key].kind() != Kind::datetime, "numbers or texts", "times");
        (void)from_.query("SELECT * FROM " + rows_of_query() + " LIMIT 0",
                          schema_);  // are all columns there?
    }

    void require_key(bool kept, std::string expected, std::string found) const {
        if (kept) return;
        throw SqlError(ErrorCode::sql_table,
                       {.expected = "a key for each row: " + std::move(expected),
                        .found = std::move(found),
                        .where = "column " + text::quoted(query_.key) + " of " + query_.select,
                        .advice = "name another column in BatchQuery.key"});
    }

    /// What follows the rows that are done.
    [[nodiscard]] std::string next_rows(const std::string& columns, const std::optional<SqlValue>& after,
                                        std::size_t most) const {
        return "SELECT " + columns + " FROM " + rows_of_query() +
               (after ? " WHERE " + quoted(query_.key) + " > $1" : "") + " ORDER BY " + quoted(query_.key) +
               " LIMIT " + std::to_string(most);
    }
    [[nodiscard]] static SqlParameters parameters(const std::optional<SqlValue>& after) {
        return after ? SqlParameters{*after} : SqlParameters{};
    }

    /// Reads on, up to `most` rows. A cell that is not of its column's type spoils a whole result, so what
    /// holds one is read in halves, down to the row.
    void read(std::size_t most, Block& block) {
        const std::optional<SqlValue> after = block.keys.empty() ? after_ : block.keys.back();
        try {
            add(from_.query(next_rows("*", after, most), schema_, parameters(after)), block);
            return;
        } catch (const SqlError& e) {
            if (e.code() != ErrorCode::bad_value && e.code() != ErrorCode::bad_encoding &&
                e.code() != ErrorCode::sql_type)
                throw;
        }
        if (most == 1) return add_unreadable(after, block);
        const std::size_t before = block.keys.size();
        read(most / 2, block);
        if (block.keys.size() - before == most / 2) read(most - most / 2, block);
    }

    [[nodiscard]] static SqlValue value_of(const Column& column, std::size_t r) {
        if (column.kind() == Kind::category)
            return column.labels()[static_cast<std::size_t>(column.codes()[r])];
        const double x = column.numbers()[r];
        return is_whole(x) ? SqlValue(static_cast<std::int64_t>(x)) : SqlValue(x);
    }

    void add_key(const Column& column, std::size_t r, bool bad, Block& block) const {
        block.keys.push_back(value_of(column, r));
        block.key_texts.push_back(Table{{query_.key, column}}.cell(r, 0));
        block.is_bad.push_back(bad);
    }

    void add(const Table& rows, Block& block) {
        std::vector<std::vector<Violation>> problems(rows.rows());
        for (const std::string& name : features_) {
            const ColumnSchema& column = schema_[*schema_.find(name)];
            for (const BrokenRule& one : broken_rules(rows[name], column)) {
                const std::string value = rows.cell(one.row, rows.index_of(name));
                note(one.rule, column, value, problems[one.row]);
            }
        }
        std::vector<std::size_t> kept;
        for (std::size_t r = 0; r < rows.rows(); ++r) {
            add_key(rows[query_.key], r, !problems[r].empty(), block);
            if (problems[r].empty()) {
                kept.push_back(r);
                continue;
            }
            Json raw = Json::object();
            for (std::size_t c = 0; c < rows.columns(); ++c)
                raw[rows.name(c)] = rows.column(c).is_missing(r) ? Json(nullptr) : Json(rows.cell(r, c));
            block.bad.push_back({0, block.key_texts.back(), raw.dump(), std::move(problems[r])});
        }
        block.read.push_back(kept.size() == rows.rows() ? rows : rows.take(kept));
    }

    void note(Rule rule, const ColumnSchema& column, const std::string& value,
              std::vector<Violation>& to) const {
        const std::vector<Rule>& tolerated = run_.tolerated();
        if (std::find(tolerated.begin(), tolerated.end(), rule) != tolerated.end()) return;
        to.push_back({rule, column.name, rule == Rule::gap ? "a value" : Schema::values_of(column),
                      rule == Rule::gap ? "none" : text::quoted(value)});
    }

    /// The one row after `after`, of which some cell cannot be read: each cell by itself.
    void add_unreadable(const std::optional<SqlValue>& after, Block& block) {
        Schema key;
        key.add({.name = query_.key, .type = LogicalType::text, .role = Role::id});
        QuarantinedRow out;
        Json raw = Json::object();
        for (const ColumnSchema& column : schema_) {
            Schema one;
            one.add(column);
            const std::string select = next_rows(quoted(column.name), after, 1);
            raw[column.name] = nullptr;
            try {
                const Table cell = from_.query(select, one, parameters(after));
                if (!cell.column(0).is_missing(0)) raw[column.name] = cell.cell(0, 0);
                if (column.name == query_.key) add_key(cell.column(0), 0, true, block);
                for (const BrokenRule& broken : broken_rules(cell.column(0), column))
                    note(broken.rule, column, cell.cell(0, 0), out.violations);
            } catch (const SqlError& e) {
                require_key(column.name != query_.key, e.parts().expected, e.parts().found);
                out.violations.push_back({e.code() == ErrorCode::bad_encoding ? Rule::encoding : Rule::type,
                                          column.name, e.parts().expected, e.parts().found});
                raw[column.name] = e.parts().found;
            }
        }
        out.key = block.key_texts.back();
        out.raw = raw.dump(-1, ' ', false, Json::error_handler_t::replace);
        block.bad.push_back(std::move(out));
    }

    /// Takes the row away that was read to see whether there are more.
    [[nodiscard]] bool one_too_many(Block& block) {
        if (block.keys.size() <= options_.block_rows) return false;
        peeked_ = block.key_texts.back();
        if (block.is_bad.back() != 0) {
            block.bad.pop_back();
        } else {
            while (block.read.back().rows() == 0) block.read.pop_back();
            block.read.back() = block.read.back().head(block.read.back().rows() - 1);
        }
        block.keys.pop_back();
        block.key_texts.pop_back();
        block.is_bad.pop_back();
        return true;
    }

    void require_rising(const Block& block) const {
        const auto twice = [&](const std::string& key) {
            require_key(false, "no two alike", text::quoted(key) + " twice");
        };
        for (std::size_t i = 1; i < block.key_texts.size(); ++i) {
            if (block.key_texts[i] == block.key_texts[i - 1]) twice(block.key_texts[i]);
        }
        if (block.keys.size() == options_.block_rows && block.key_texts.back() == peeked_) twice(peeked_);
    }

    // the output: rows and the note of how far they go, in one transaction

    static constexpr const char* notes = "gasket_batches";

    [[nodiscard]] SqlName notes_table() const { return {out_.schema, notes}; }
    [[nodiscard]] std::string quoted_notes() const { return sql_quoted(notes_table(), 1000); }
    [[nodiscard]] std::string kept_note() {
        const Table kept =
            to_.query("SELECT note FROM " + quoted_notes() + " WHERE output = $1", {out_.name});
        return kept.rows() == 0 ? "" : kept.cell(0, 0);
    }

    void take_up() {
        job_ = run_.job();
        job_["input"] = query_.select;
        job_["key"] = query_.key;
        auto all = to_.transaction();
        to_.execute("CREATE TABLE IF NOT EXISTS " + quoted_notes() +
                    " (output TEXT PRIMARY KEY, note TEXT NOT NULL)");
        note_ = kept_note();
        if (!options_.resume && !note_.empty()) {
            drop(out_);
            to_.execute("DELETE FROM " + quoted_notes() + " WHERE output = $1", {out_.name});
            note_.clear();
        }
        if (note_.empty()) {
            // makes the table, or says that there is one
            drop(rejects_);
            Table none;
            for (const std::string& name : features_)
                none = none.with(name, Column::nothing(kind_of(name), 0));
            const Table scores = run_.score(none);
            Table head;
            for (const std::string& name : carried_)
                head = head.with(name, Column::nothing(kind_of(name), 0));
            to_.create(out_, beside(head, scores), schema_);
            note_ = note_now();
            to_.execute("INSERT INTO " + quoted_notes() + " (output, note) VALUES ($1, $2)",
                        {out_.name, note_});
        } else {
            const std::string where = "table " + text::quoted(out_.name);
            const Json kept = json_from_text(note_);
            const Fields fields(kept, where);
            BatchRun::require_same(fields.get("job"), job_, where);
            run_.restore(fields.object("counts"));
            const Json& after = fields.get("after");
            if (after.is_string()) after_ = SqlValue(after.get<std::string>());
            if (after.is_number_integer()) after_ = SqlValue(after.get<std::int64_t>());
            if (after.is_number_float()) after_ = SqlValue(after.get<double>());
        }
        all.commit();
    }

    [[nodiscard]] Kind kind_of(const std::string& name) const { return schema_[*schema_.find(name)].kind(); }

    void drop(const SqlName& name) { to_.execute("DROP TABLE IF EXISTS " + sql_quoted(name, 1000)); }

    [[nodiscard]] Table beside(const Table& rows, const Table& scores) const {
        Table out = rows.select(carried_);
        const Table named = named_apart(scores, carried_);
        for (std::size_t c = 0; c < named.columns(); ++c) out = out.with(named.name(c), named.column(c));
        return out;
    }

    [[nodiscard]] std::string note_now() const {
        Json after = nullptr;
        if (after_) {
            std::visit(
                [&](const auto& x) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(x)>, std::nullptr_t>) after = x;
                },
                after_->value());
        }
        return json_object({{"job", job_}, {"after", std::move(after)}, {"counts", run_.state()}}).dump();
    }

    void write(const Block& block, bool more) {
        auto all = to_.transaction();
        if (kept_note() != note_) {
            throw DataError(ErrorCode::other_batch, {.expected = "one run at a time that writes an output",
                                                     .found = "another",
                                                     .where = "table " + text::quoted(out_.name),
                                                     .advice = "let the other one finish"});
        }
        for (const Table& rows : block.read) {
            if (rows.rows() > 0) to_.append(out_, beside(rows, run_.score(rows)), schema_);
        }
        if (!block.bad.empty()) {
            run_.reject(block.bad);
            to_.append(rejects_, Quarantine{block.bad}.to_table().without({"line"}));
        }
        if (!block.keys.empty()) after_ = block.keys.back();
        note_ = note_now();
        if (more) {
            to_.execute("UPDATE " + quoted_notes() + " SET note = $1 WHERE output = $2", {note_, out_.name});
        } else {
            to_.execute("DELETE FROM " + quoted_notes() + " WHERE output = $1", {out_.name});
            if (run_.too_many_rejected()) drop(out_);
        }
        all.commit();
    }

    const BatchOptions& options_;
    From& from_;
    To& to_;
    BatchQuery query_;
    SqlName out_;
    SqlName rejects_;
    BatchRun run_;
    Schema schema_;
    std::vector<std::string> features_;
    std::vector<std::string> carried_;
    double total_ = 0;
    Json job_;
    std::string note_;
    std::optional<SqlValue> after_;
    std::string peeked_;
};

}  // namespace detail

/// Scores the rows of a query into a table of another database, or of the same: the key, what
/// BatchOptions.carry names, and the scores, in the order of the key. A row that breaks the contract goes to
/// the table `out`_rejects with its key, its cells and everything that is wrong with it.
///
///     Sqlite bank("bank.sqlite");
///     score_sql(model, bank, {"SELECT * FROM customers", "customer_id"}, bank, "scores");
///
/// Each block is written in one transaction with a note in the table `gasket_batches` of how far the rows go:
/// where the program was killed, the next call goes on there, and the table has each row once. The note goes
/// with the last block. Any SqlDatabase will do.
///
/// O(rows), and two passes of the database before; memory: one block. throws SqlError where there is a table
/// `out` that no interrupted run has left, a column or table is missing, or a key is missing or stands twice;
/// DataError as score_csv
template <class From, class To>
BatchReport score_sql(const Model& model, From& from, const BatchQuery& query, To& to, const SqlName& out,
                      const BatchOptions& options = {}) {
    return detail::SqlBatch<From, To>(model, from, query, to, out, options).finish();
}

}  // namespace gasket
