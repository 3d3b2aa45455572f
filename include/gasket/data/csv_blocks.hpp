#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "gasket/core/error.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/detail/csv_stream.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// A CSV file of any length, as one Table after the other.
///
///     CsvBlocks blocks("transactions.csv", schema, 50'000);
///     while (const auto block = blocks.next()) score(*block);
///
/// The schema says which columns are read, and as what: a block cannot know what later ones hold. Every block
/// but the last has as many rows as asked for; put together they are what `read_csv` under the same schema
/// gives. A category column has in each block the labels of that block.
///
/// memory: one block, and about 2 MiB of the file (up to 32 where a record is that long), however long the
/// file is throws as `read_csv` under a schema; OptionError for 0 rows. What is wrong further on is thrown
/// when it is reached. Not thread-safe.
class CsvBlocks {
  public:
    CsvBlocks(const std::string& path, const Schema& schema, std::size_t rows, const CsvOptions& options = {})
        : stream_(path, schema, options), rows_(rows) {
        detail::require_option(rows > 0, "rows of CsvBlocks", "0", "1 and more");
        stream_.head().require_all(stream_.source());
    }

    /// The next rows; nothing at the end.
    [[nodiscard]] std::optional<Table> next() {
        if (!stream_.read(segment_, rows_)) return std::nullopt;
        return stream_.table(segment_);
    }

  private:
    detail::CsvStream stream_;
    std::size_t rows_;
    detail::CsvSegment segment_;
};

}  // namespace gasket
