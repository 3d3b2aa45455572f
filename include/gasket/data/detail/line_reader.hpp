#pragma once

// fast-cpp-csv-parser: Debian's libfccp-dev has it as <libfccp/csv.h>, others as <fast-cpp-csv-parser/csv.h>
// or <csv.h>.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wstringop-truncation"
#endif
#endif
#if __has_include(<libfccp/csv.h>)
#include <libfccp/csv.h>
#elif __has_include(<fast-cpp-csv-parser/csv.h>)
#include <fast-cpp-csv-parser/csv.h>
#elif __has_include(<csv.h>)
#include <csv.h>
#else
#error "gasket needs fast-cpp-csv-parser: install libfccp-dev, or put its csv.h on the include path"
#endif
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
