#include "gasket/core/murmur_hash.hpp"

#include "support/catch.hpp"

using gasket::murmur_hash;

TEST_CASE("the hash is MurmurHash3 for texts of every remainder of length") {
    // the values of sklearn.utils.murmurhash3_32(text, seed, positive=True)
    CHECK(murmur_hash("") == 0U);
    CHECK(murmur_hash("", 1) == 0x514E28B7U);
    CHECK(murmur_hash("a") == 1009084850U);
    CHECK(murmur_hash("ab") == 2613040991U);
    CHECK(murmur_hash("abc") == 3017643002U);
    CHECK(murmur_hash("abcd") == 1139631978U);
    CHECK(murmur_hash("country=Spain") == 2181192725U);
    CHECK(murmur_hash("caf\xC3\xA9") == 605818632U);
    CHECK(murmur_hash("abcd", 42) == 3898664396U);
}
