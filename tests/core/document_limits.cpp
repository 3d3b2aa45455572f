#include "gasket/core/document_limits.hpp"

#include <string>

#include "gasket/core/json.hpp"
#include "support/catch.hpp"

using namespace gasket;
using detail::why_cbor_is_refused;
using detail::why_text_is_refused;

namespace {

constexpr std::size_t any = static_cast<std::size_t>(-1);

std::string repeated(const std::string& what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
}

std::string nested(std::size_t depth) {
    return repeated("[", depth) + repeated("]", depth);
}

std::string cbor(const std::string& text) {
    std::string out;
    Json::to_cbor(Json::parse(text), out);
    return out;
}

}  // namespace

TEST_CASE("text may nest 512 levels and no more, whether it is JSON or not") {
    CHECK(why_text_is_refused(nested(512), any).empty());
    CHECK(why_text_is_refused(nested(513), any) == "nested deeper than 512 levels");
    CHECK(why_text_is_refused(repeated("{\"a\":", 513), any) == "nested deeper than 512 levels");
    CHECK(why_text_is_refused(repeated("[]", 10000), any).empty());
    CHECK(why_text_is_refused(repeated("]", 1000) + "[", any).empty());
    // Brackets in texts are letters, behind an escaped quote as well.
    CHECK(why_text_is_refused("\"" + repeated("[", 600) + "\"", any).empty());
    CHECK(why_text_is_refused("\"\\\"" + repeated("[", 600) + "\"", any).empty());
    CHECK(why_text_is_refused("\"\\\\\"" + repeated("[", 600), any) == "nested deeper than 512 levels");
    CHECK(detail::json_from_text(nested(512)).is_array());
    CHECK(detail::json_from_text(nested(100000)).is_discarded());
}

TEST_CASE("an object may have so many keys, each object for itself") {
    const std::string three = R"({"a":1,"b":{"c":1,"d":2,"e:":3},"f":[{"g":1},{"h":1}]})";
    CHECK(why_text_is_refused(three, 3).empty());
    CHECK(why_text_is_refused(three, 2) == "an object of too many keys");
    CHECK(why_cbor_is_refused(cbor(three), 3).empty());
    CHECK(why_cbor_is_refused(cbor(three), 2) == "an object of too many keys");
    CHECK(detail::json_from_text(three, 2).is_discarded());
    CHECK(detail::json_from_text(three, 3).is_object());
}

TEST_CASE("CBOR that a document was written as is let through, cut off anywhere it is refused") {
    const std::string bytes = cbor(
        R"({"a":[1,-2,300,70000,5000000000,-5000000000,1.5,"text",true,false,null,{}],"long":"0123456789012345678901234567890",)"
        R"("list":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24]})");
    CHECK(why_cbor_is_refused(bytes, any).empty());
    CHECK(why_cbor_is_refused(bytes + "more", any).empty());  // the reader says so
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        INFO(n);
        CHECK_FALSE(why_cbor_is_refused(bytes.substr(0, n), any).empty());
    }
}

TEST_CASE("lengths and counts beyond the bytes that are there are refused before anything is read") {
    using namespace std::string_literals;
    const auto cut = "a length or count beyond its end";
    CHECK(why_cbor_is_refused("\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, any) == cut);  // a list
    CHECK(why_cbor_is_refused("\x9A\x00\x00\x00\x03\x01\x01"s, any) == cut);
    CHECK(why_cbor_is_refused("\x9A\x00\x00\x00\x02\x01\x01"s, any).empty());
    CHECK(why_cbor_is_refused("\xBB\x80\x00\x00\x00\x00\x00\x00\x00\x01"s, any) == cut);  // twice that is 0
    CHECK(why_cbor_is_refused("\x7B\x00\x00\x00\x00\xFF\xFF\xFF\xFF"
                              "abc"s,
                              any) == cut);  // a text
    CHECK(why_cbor_is_refused("\x5B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                              "abc"s,
                              any) == cut);  // bytes
    CHECK(why_cbor_is_refused("\x63"
                              "abc"s,
                              any)
              .empty());
    CHECK(why_cbor_is_refused("\x1C"s, any) == "a byte that begins nothing");
    CHECK(why_cbor_is_refused("\xFF"s, any) == "a byte that begins nothing");
    CHECK(why_cbor_is_refused(""s, any) == cut);
    CHECK(why_cbor_is_refused("\x9F\x01\x9F\xFF\xFF"s, any).empty());  // lists of unknown length
    CHECK(why_cbor_is_refused("\x9F\x01"s, any) == cut);
    CHECK(why_cbor_is_refused("\x7F\x61"
                              "a\xFF"s,
                              any)
              .empty());
    CHECK(why_cbor_is_refused(repeated("\x81", 512) + "\x01", any).empty());
    CHECK(why_cbor_is_refused(repeated("\x81", 513) + "\x01", any) == "nested deeper than 512 levels");
    CHECK(why_cbor_is_refused(repeated("\x9F", 513) + "\x01", any) == "nested deeper than 512 levels");
}
