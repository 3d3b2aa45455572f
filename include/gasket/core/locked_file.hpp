#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "gasket/core/error.hpp"
#include "gasket/core/file.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace gasket::detail {

/// A file that one holder at a time may read and add to: other processes and threads that open it wait until
/// this object is gone. The lock is advisory (flock): it binds those who ask for it. Made where it is absent.
class LockedFile {
  public:
    /// throws FileError where it cannot be opened or locked, or the system has no such locks
    explicit LockedFile(std::string path) : path_(std::move(path)) {
#if defined(__unix__) || defined(__APPLE__)
        fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd_ < 0) fail(errno);
        while (::flock(fd_, LOCK_EX) != 0) {
            if (errno == EINTR) continue;
            const int error = errno;
            (void)::close(fd_);
            fail(error);
        }
#else
        fail(ENOSYS);
#endif
    }
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;
    ~LockedFile() {
#if defined(__unix__) || defined(__APPLE__)
        (void)::close(fd_);  // gives the lock back
#endif
    }

    /// Whether the path still names this file: another holder may have renamed or removed it while this one
    /// waited.
    [[nodiscard]] bool in_place() const {
#if defined(__unix__) || defined(__APPLE__)
        struct ::stat here = {};
        struct ::stat there = {};
        return ::fstat(fd_, &here) == 0 && ::stat(path_.c_str(), &there) == 0 &&
               here.st_ino == there.st_ino && here.st_dev == there.st_dev;
#else
        return true;
#endif
    }

    /// The whole content. throws FileError
    [[nodiscard]] std::string read() const {
        std::string bytes;
#if defined(__unix__) || defined(__APPLE__)
        char buffer[65536];
        for (;;) {
            const auto got = ::pread(fd_, buffer, sizeof buffer, static_cast<off_t>(bytes.size()));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) throw_unreadable(path_, errno);
            if (got == 0) break;
            bytes.append(buffer, static_cast<std::size_t>(got));
        }
#endif
        return bytes;
    }

    /// Keeps the first `size` bytes and writes `more` after them, through to the disk. Either all of it is
    /// there afterwards, or the first `size` bytes and an exception; a machine that stops in between may
    /// leave a part. throws FileError
    void replace_after(std::size_t size, std::string_view more) {
#if defined(__unix__) || defined(__APPLE__)
        if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) fail(errno);
        std::size_t written = 0;
        while (written < more.size()) {
            const auto n = ::pwrite(fd_, more.data() + written, more.size() - written,
                                    static_cast<off_t>(size + written));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) undo(size, n < 0 ? errno : EIO);
            written += static_cast<std::size_t>(n);
        }
        if (::fsync(fd_) != 0) undo(size, errno);
        flush_folder(path_);
#else
        (void)size, (void)more;
#endif
    }

  private:
#if defined(__unix__) || defined(__APPLE__)
    [[noreturn]] void undo(std::size_t size, int error) {
        (void)!::ftruncate(fd_, static_cast<off_t>(size));
        fail(error);
    }
#endif

    [[noreturn]] void fail(int error) const {
        throw FileError(ErrorCode::file_not_writable,
                        {.expected = "a file that can be locked and written",
                         .found = std::generic_category().message(error),
                         .where = path_,
                         .advice = "check that the folder exists, may be written and has room"});
    }

    std::string path_;
    int fd_ = -1;
};

}  // namespace gasket::detail
