#pragma once

#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

#include "support/files.hpp"

namespace testing_support {

/// A new folder, which is the current one until this ends: for code whose paths are those of a page.
class InFolder {
  public:
    explicit InFolder(const std::string& name) : before_(std::filesystem::current_path()) {
        const std::string path = scratch_file(name);
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
        std::filesystem::current_path(path);
    }
    ~InFolder() { std::filesystem::current_path(before_); }
    InFolder(const InFolder&) = delete;
    InFolder& operator=(const InFolder&) = delete;

  private:
    std::filesystem::path before_;
};

/// Catches what is printed to std::cout until this ends.
class OutputCaught {
  public:
    OutputCaught() : before_(std::cout.rdbuf(out_.rdbuf())) {}
    ~OutputCaught() { std::cout.rdbuf(before_); }
    OutputCaught(const OutputCaught&) = delete;
    OutputCaught& operator=(const OutputCaught&) = delete;

    std::string text() const { return out_.str(); }

  private:
    std::ostringstream out_;
    std::streambuf* before_;
};

}  // namespace testing_support
