#include "gasket/data/schema.hpp"

#include "fuzz/target.hpp"
#include "gasket/pipeline/door.hpp"

using namespace gasket;

namespace {

/// The text of a schema file: what is read must come back from its own text, and serve to read values.
void run(std::string_view bytes) {
    try {
        const Schema schema = Schema::from_text(bytes, "schema.json");
        fuzz::must(Schema::from_json(schema.to_json()) == schema, "a schema comes back from its JSON");
        fuzz::must(Schema::from_text(schema.to_text(), "again") == schema,
                   "a schema comes back from its text");
        for (const ColumnSchema& column : schema) (void)Schema::values_of(column);
        const detail::Door door(schema);
        std::string scratch;
        double value = 0;
        for (std::size_t i = 0; i < door.size(); ++i) {
            for (const char* text :
                 {"", "NA", "1", "-1.5e3", "1.234,5 EUR", "yes", "2024-01-05", "05/01/2024 25:61", "France"})
                (void)door.read(i, text, value, scratch);
            for (const double x : {0.0, -1e308, 2.5, missing}) (void)door.clean(i, x);
        }
    } catch (const Error&) {
    }
}

const fuzz::Registered schema{{"schema", run, fuzz::open_text, fuzz::close_text}};

}  // namespace
