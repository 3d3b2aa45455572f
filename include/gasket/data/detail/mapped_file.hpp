#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include "gasket/core/file.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <sys/stat.h>
#endif

namespace gasket::detail {

/// The bytes of a file, mapped into memory where the system can (so that threads fetch its pages side by side
/// and nothing is copied), read otherwise. The file must not be shortened meanwhile.
class MappedFile {
  public:
    /// throws FileError
    explicit MappedFile(const std::string& path) {
#if defined(__unix__) || defined(__APPLE__)
        const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) throw_unreadable(path, errno);
        struct stat about {};
        if (::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
            const auto size = static_cast<std::size_t>(about.st_size);
            void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
            if (at != MAP_FAILED) {
                mapped_ = at;
                text_ = {static_cast<const char*>(at), size};
            }
        }
        ::close(fd);
        if (mapped_ != nullptr) return;
#endif
        copy_ = read_file(path);
        text_ = copy_;
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile() {
#if defined(__unix__) || defined(__APPLE__)
        if (mapped_ != nullptr) ::munmap(mapped_, text_.size());
#endif
    }

    [[nodiscard]] std::string_view text() const noexcept {
        return text_;
    }

  private:
    void* mapped_ = nullptr;
    std::string copy_;
    std::string_view text_;
};

}  // namespace gasket::detail
