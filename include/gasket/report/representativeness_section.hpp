#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/text.hpp"
#include "gasket/monitor/representativeness.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/detail/drift_style.hpp"
#include "gasket/report/html.hpp"
#include "gasket/report/page.hpp"

namespace gasket {

/// How a table compares with a reference, as a section of a page: verdict, advice, and a line for each column
/// with its PSI. `title` says what is compared, such as "Against january.csv".
[[nodiscard]] GASKET_COLD inline Section representativeness_section(const Representativeness& r,
                                                                    const std::string& title) {
    const auto pill_of = [](DriftStatus status) {
        return html::pill(detail::drift_style(status), detail::contrast_word(status));
    };
    html::Html advice;
    for (const std::string& line : r.advice()) advice << html::element("li", {}, line);
    html::Html verdict = html::element("p", {}, pill_of(r.status()) << " " << detail::contrast_reasons(r));
    verdict << html::element("ul", {{"class", "plain"}}, advice);

    std::vector<html::Html> rows;
    for (const ColumnContrast& c : r.columns) {
        const bool both = c.presence == Presence::both;
        html::Html row = html::element("th", {{"scope", "row"}}, html::name(c.name));
        row << html::element("td", {},
                             !both              ? html::Html(name_of(c.presence))
                             : !c.apart.empty() ? html::Html("apart")
                                                : pill_of(c.status()))
            << html::number_cell(c.drift ? text::fixed(c.drift->psi.value, 3) : "-")
            << html::element("td", {{"class", "n spare"}},
                             c.drift ? text::fixed(c.drift->ks.statistic, 3) : "-")
            << html::element("td", {{"class", "n spare"}}, detail::lost_text(c.giveaway))
            << html::element("td", {{"class", "n spare"}},
                             c.reference && c.other
                                 ? detail::side_by_side(text::percent(c.reference->missing_share),
                                                        text::percent(c.other->missing_share))
                                 : "-")
            << html::element("td", {{"class", "spare"}}, !c.apart.empty() ? c.apart : detail::moved_bin(c));
        rows.push_back(html::element("tr", {}, row));
    }
    const html::Html head = html::table_head({{"Column"},
                                              {"Verdict"},
                                              {"PSI", "n"},
                                              {"KS", "n spare"},
                                              {"AUC lost without", "n spare"},
                                              {"Missing", "n spare"},
                                              {"What moved most", "spare"}});
    html::Html content = html::panel(verdict);
    content << html::panel(html::folded_table("Columns of both tables", head, rows)
                           << html::element("p", {{"class", "muted"}},
                                            "PSI from 0.1 on: somewhat different, from 0.2 on: different."));
    return {"representativeness", title, content};
}

}  // namespace gasket
