#pragma once

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "gasket/core/error.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace gasket::detail {

[[noreturn]] inline void throw_unreadable(const std::string& path, int error) {
    throw FileError(ErrorCode::file_not_readable,
                    {.expected = "a readable file",
                     .found = error == 0 ? "a folder or a device" : std::generic_category().message(error),
                     .where = path,
                     .advice = "check the path and its permissions"});
}

/// What has no size of its own, such as a pipe, is read up to here: /dev/zero never ends.
inline constexpr std::size_t most_without_size = std::size_t{1} << 28;

/// The whole file as bytes. throws FileError, also for what has no size and more than 256 MiB
inline std::string read_file(const std::string& path) {
    std::error_code ec;
    if (std::filesystem::is_directory(path, ec)) throw_unreadable(path, 0);
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) throw_unreadable(path, errno);
    std::string bytes;
    const auto size = std::filesystem::file_size(path, ec);
    std::size_t used = 0;
    bytes.resize(ec ? 65536 : static_cast<std::size_t>(size) + 1);
    for (;;) {
        const std::size_t got = std::fread(bytes.data() + used, 1, bytes.size() - used, file);
        if (got == 0) break;
        used += got;
        if (used < bytes.size()) continue;
        if (used >= most_without_size && (ec || size == 0)) {
            std::fclose(file);
            throw FileError(ErrorCode::file_not_readable,
                            {.expected = "a file, or at most 256 MiB of what has no size of its own",
                             .found = "more",
                             .where = path,
                             .advice = "check the path; write what comes through a pipe to a file first"});
        }
        bytes.resize(bytes.size() * 2);
    }
    const int error = std::ferror(file) != 0 ? errno : 0;
    std::fclose(file);
    if (error != 0) throw_unreadable(path, error);
    bytes.resize(used);
    return bytes;
}

/// Writes through to the disk which files the folder of `path` has. Some file systems refuse that; the file
/// itself is whole either way.
inline void flush_folder([[maybe_unused]] const std::string& path) {
#if defined(__unix__) || defined(__APPLE__)
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY);
    if (fd < 0) return;
    (void)::fsync(fd);
    (void)::close(fd);
#endif
}

/// What stands between a file's name and a process's number while that process writes the file.
inline constexpr std::string_view unfinished_mark = ".part-";

/// Removes from `folder` what writers of files `name`... left when they were killed. For a caller that knows
/// itself the only writer there, by a lock.
inline void remove_unfinished(const std::filesystem::path& folder, const std::string& name = "") {
    std::error_code ec;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder.empty() ? std::filesystem::path(".") : folder, ec)) {
        const std::string found = entry.path().filename().string();
        const std::size_t mark = found.find(unfinished_mark, name.size());
        if (found.starts_with(name) && mark != std::string::npos && (name.empty() || mark == name.size()))
            std::filesystem::remove(entry.path(), ec);
    }
}

/// Writes `bytes` so that `path` holds either its old content or all of the new, whenever the machine stops:
/// a temporary file in the same folder, flushed to the disk, then renamed. throws FileError
inline void write_file_atomically(const std::string& path, std::string_view bytes) {
#if defined(__unix__) || defined(__APPLE__)
    const std::string suffix = std::string(unfinished_mark) + std::to_string(::getpid());
#else
    const std::string suffix(unfinished_mark);
#endif
    const std::string part = path + suffix;
    const auto fail = [&](int error) {
        std::remove(part.c_str());
        throw FileError(ErrorCode::file_not_writable,
                        {.expected = "a place to write " + std::to_string(bytes.size()) + " bytes",
                         .found = std::generic_category().message(error),
                         .where = path,
                         .advice = "check that the folder exists, may be written and has room"});
    };
    std::FILE* file = std::fopen(part.c_str(), "wb");
    if (file == nullptr) fail(errno);
    const bool whole =
        std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0;
    int error = whole ? 0 : errno;
#if defined(__unix__) || defined(__APPLE__)
    if (error == 0 && ::fsync(::fileno(file)) != 0) error = errno;
#endif
    if (std::fclose(file) != 0 && error == 0) error = errno;
    if (error != 0) fail(error);
    if (std::rename(part.c_str(), path.c_str()) != 0) fail(errno);
    flush_folder(path);
}

}  // namespace gasket::detail
