#include "gasket/core/digest.hpp"

#include <set>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("SHA-256 gives the digests of its standard") {
    CHECK(Sha256::hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(Sha256::hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(Sha256::hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(Sha256::hex(std::string(1000000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 of parts is that of the whole, at every length about a block") {
    for (std::size_t n = 50; n < 140; ++n) {
        const std::string text(n, 'q');
        Sha256 sha;
        sha.add(text.substr(0, n / 3));
        sha.add(text.substr(n / 3));
        CHECK(Sha256::to_hex(sha.finish()) == Sha256::hex(text));
    }
}

TEST_CASE("fingerprints tell short texts, lengths and seeds apart") {
    std::set<std::uint64_t> seen;
    std::string text;
    for (int i = 0; i < 200; ++i) {
        seen.insert(hash_bytes(text));
        seen.insert(hash_bytes(text, 1));
        text += '\0';
    }
    for (int i = 0; i < 20000; ++i) seen.insert(hash_bytes("label " + std::to_string(i)));
    CHECK(seen.size() == 20400);
}
