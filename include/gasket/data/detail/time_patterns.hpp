#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/data/time_format.hpp"

namespace gasket::detail {

/// The ways in which people write dates and times, the likeliest first.
[[nodiscard]] inline const std::vector<TimeFormat>& usual_time_formats() {
    static const std::vector<TimeFormat> formats = [] {
        std::vector<TimeFormat> out{TimeFormat("iso")};
        for (const char* const date : {"%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d",
                                       "%Y.%m.%d", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%Y", "%d %b %Y",
                                       "%d-%b-%y", "%b %d, %Y", "%b %d %Y", "%d %B %Y", "%B %d, %Y"}) {
            for (const char* const time :
                 {"", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S"})
                out.emplace_back(std::string(date) + time);
        }
        return out;
    }();
    return formats;
}

/// The usual formats in which all of the values are written; none for no values. `05/03/2024` alone fits two.
[[nodiscard]] inline std::vector<TimeFormat> common_time_formats(std::span<const std::string_view> values) {
    std::vector<TimeFormat> out;
    if (values.empty()) return out;
    for (const TimeFormat& format : usual_time_formats()) {
        bool all = true;
        for (std::size_t i = 0; all && i < values.size(); ++i) all = format.parse(values[i]).has_value();
        if (all) out.push_back(format);
    }
    return out;
}

}  // namespace gasket::detail
