#pragma once

#include "gasket/core/error.hpp"

namespace testing_support {

/// Whether the options of what `work` does are within their ranges; any other error goes through.
template <class Work>
bool is_taken(const Work& work) {
    try {
        work();
    } catch (const gasket::OptionError&) {
        return false;
    }
    return true;
}

}  // namespace testing_support
