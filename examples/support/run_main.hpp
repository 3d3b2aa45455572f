#pragma once

#include <exception>
#include <gasket/core/error.hpp>
#include <iostream>

namespace examples {

/// Runs the body of a program: whatever goes wrong is one line on stderr and exit code 1.
template <class Body>
int run_main(const Body& body) {
    try {
        return body();
    } catch (const std::exception& e) {
        std::cerr << "error: " << e.what() << "\n";
        return 1;
    }
}

}  // namespace examples
