#pragma once

#include <string>

#include "gasket/data/profile.hpp"
#include "gasket/report/detail/profile_sections.hpp"
#include "gasket/report/page.hpp"

namespace gasket {

/// A profile as a page: what it found in numbers and pictures, alerts first. `source` names what was
/// profiled, such as a file.
///
///     profile_page(Profiler{.target = "churn"}.observe(customers), "customers.csv").write("customers.html");
///
/// About 4 KB a column; O(columns x alerts). The same profile is always the same page.
[[nodiscard]] inline Page profile_page(const Profile& profile, const std::string& source = "") {
    const detail::ProfileSections sections(profile);
    return {.title = source.empty() ? "Profile" : "Profile of " + source,
            .lead = sections.lead(),
            .sections = sections.all()};
}

}  // namespace gasket
