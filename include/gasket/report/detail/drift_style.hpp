#pragma once

#include <string>

#include "gasket/core/cpu.hpp"
#include "gasket/monitor/psi.hpp"
#include "gasket/report/html.hpp"

namespace gasket::detail {

/// The colour of a status.
[[nodiscard]] GASKET_COLD inline std::string drift_style(DriftStatus status) {
    return status == DriftStatus::drift      ? "serious"
           : status == DriftStatus::moderate ? "warning"
           : status == DriftStatus::stable   ? "good"
                                             : "note";
}
[[nodiscard]] GASKET_COLD inline html::Html drift_pill(DriftStatus status) {
    return html::pill(drift_style(status), std::string(name_of(status)));
}

}  // namespace gasket::detail
