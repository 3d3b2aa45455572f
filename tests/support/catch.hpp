#pragma once

// Catch2 3 has its headers one by one, Catch2 2 has one: the tests are written for what both offer.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
