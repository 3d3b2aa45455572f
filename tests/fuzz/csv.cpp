#include "gasket/data/csv.hpp"

#include "fuzz/target.hpp"
#include "support/csv_outcome.hpp"

using namespace gasket;

namespace {

/// The first byte and the second choose the options, the third how the text is cut for the threads: into
/// few parts, since each has a buffer of megabytes, which the sanitizer makes slow.
void run(std::string_view bytes) {
    if (bytes.size() < 3) return;
    const auto byte = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
    };
    CsvOptions options;
    if ((byte(0) & 1) != 0) options.delimiter = ",;\t |"[byte(0) / 8 % 5];
    if ((byte(0) & 2) != 0) options.quote = "\"'\0"[byte(0) / 64 % 3];
    if ((byte(0) & 4) != 0) options.escape = '\\';
    if ((byte(1) & 1) != 0) options.header = (byte(1) & 2) != 0;
    if ((byte(1) & 4) != 0) options.trim = false;
    if ((byte(1) & 8) != 0) options.skip_lines = byte(1) / 64;
    if ((byte(1) & 16) != 0) options.encoding = Encoding::windows_1252;
    const std::string text(bytes.substr(3));
    const std::string whole = testing_support::outcome(text, options, text.size() + 1);
    const std::string parts = testing_support::outcome(text, options, 1 + text.size() / (1 + byte(2) % 6));
    fuzz::must(whole == parts, "the same table or the same error however the text is cut");
    fuzz::must(detail::find_bad_byte(whole) == std::string::npos, "text only, where there is a table");
}

const fuzz::Registered csv{{"csv", run}};

}  // namespace
