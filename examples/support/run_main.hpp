#pragma once

#include <CLI/CLI.hpp>
#include <exception>
#include <gasket/core/error.hpp>
#include <iostream>
#include <optional>
#include <string>

namespace examples {

/// Runs the body of a program: whatever goes wrong is one line on stderr and this exit code.
template <class Body>
int run_main(const Body& body, int code_of_error = 1) {
    try {
        return body();
    } catch (const std::exception& e) {
        std::cerr << "error: " << e.what() << "\n";
        return code_of_error;
    }
}

/// Reads the command line; an exit code where the program ends here: 0 after --help, that of an error where
/// an argument is wrong.
inline std::optional<int> parse(CLI::App& app, int argc, char** argv, int code_of_error = 1) {
    try {
        app.parse(argc, argv);
        return std::nullopt;
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        std::cerr << "error: " << e.what() << "; --help lists the arguments\n";
        return code_of_error;
    }
}

/// For numbers without a sign, since CLI11 reads -1 as 2^64 - 1.
inline std::string not_negative(const std::string& number) {
    return number.starts_with('-') ? "expected a number of at least 0, found " + number : "";
}

}  // namespace examples
