// Escaping for XML.

#include "reports/junit_report.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

constexpr const char* kReplacement = "\xef\xbf\xbd";

TEST_CASE("what XML gives a meaning is escaped", "[reports]") {
    CHECK(xml_escaped("a < b && c > \"d\"") == "a &lt; b &amp;&amp; c &gt; &quot;d&quot;");
    CHECK(xml_escaped("tab\tand\nline") == "tab\tand\nline");
    CHECK(xml_escaped("").empty());
}

TEST_CASE("characters that XML cannot hold are replaced", "[reports]") {
    const std::string replaced = kReplacement;
    CHECK(xml_escaped(std::string("a\0b", 3)) == "a" + replaced + "b");
    CHECK(xml_escaped("\x1b[1m") == replaced + "[1m");
    CHECK(xml_escaped("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") ==
          "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(xml_escaped("\xff") == replaced);
    CHECK(xml_escaped("cut \xe2\x82") == "cut " + replaced + replaced);
    CHECK(xml_escaped("\xc0\x80") == replaced + replaced);
}

}  // namespace
}  // namespace epollcheck
