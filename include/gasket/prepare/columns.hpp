#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/layout.hpp"

/// Which features a stage works on: at fit by its option `columns`, at load by the names that it kept.
namespace gasket::detail {

/// What kind of features a stage takes.
enum class Takes { numbers, labels, both };

[[nodiscard]] inline bool takes(Takes kind, const Feature& feature) noexcept {
    return kind == Takes::both || feature.is_category() == (kind == Takes::labels);
}

/// The places in `in`, ascending, of the features of option `columns` of stage `who`; of all features that it
/// takes where the option is empty.
///
/// throws SchemaError (no such feature, one of the other kind), OptionError (a name twice)
[[nodiscard]] inline std::vector<std::size_t> chosen_columns(const std::vector<std::string>& columns,
                                                             const Layout& in, Takes kind,
                                                             const std::string& who) {
    std::vector<std::size_t> places;
    if (columns.empty()) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (takes(kind, in[i])) places.push_back(i);
        }
        return places;
    }
    for (const std::string& name : columns) {
        const std::size_t i = in.index_of(name, who + ".columns");
        if (!takes(kind, in[i])) {
            const bool labels = in[i].is_category();
            throw SchemaError(ErrorCode::wrong_type,
                              {.expected = labels ? "numbers" : "labels",
                               .found = labels ? "labels" : "numbers",
                               .where = who + ".columns, feature " + text::quoted(name),
                               .advice = labels ? "encode it before, or leave it out"
                                                : "leave it out: numbers need no encoder"});
        }
        require_option(std::find(places.begin(), places.end(), i) == places.end(), who + ".columns",
                       text::quoted(name) + " twice", "each name once");
        places.push_back(i);
    }
    std::sort(places.begin(), places.end());
    return places;
}

/// Reads the list "features" of a stored stage: calls `read(fields of one entry, its place in the layout)`
/// for each. The names must be features of `in`, of the stage's kind, in their order; an empty list fits only
/// where there is nothing to work on.
///
/// throws ArtifactError
template <class Read>
void read_columns(const Fields& fields, const Layout& in, Takes kind, const Read& read) {
    std::size_t next = 0;
    std::size_t count = 0;
    for (const Json& entry : fields.array("features")) {
        const Fields at(entry, fields.path() + ".features[" + std::to_string(count) + "]");
        const std::string name = at.string("name");
        while (next < in.size() && in[next].name != name) ++next;
        if (next == in.size() || !takes(kind, in[next])) {
            throw_content(at.path() + ".name",
                          kind == Takes::labels    ? "a category feature, in the order of the features before"
                          : kind == Takes::numbers ? "a numeric feature, in the order of the features before"
                                                   : "a feature, in the order of the features before",
                          text::quoted(name));
        }
        read(at, next);
        ++next;
        ++count;
    }
    if (count == 0 && !chosen_columns({}, in, kind, "").empty()) {
        throw_content(fields.path() + ".features", "at least one feature", "none");
    }
}

}  // namespace gasket::detail
