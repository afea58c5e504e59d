// TOML text: the one place where the TOML library is asked, for descriptions of targets and for
// expectations.
//
// The library (toml++ 3.3 of Debian 12) takes some wrong texts for impossible: its assertions end
// the process, and a letter like U+00E9 that is neither in a string nor in a comment is undefined
// behaviour. Here the assertions are off (it goes on then, and says what is wrong), and it is given
// nothing but ASCII: letters of strings are escaped, those of comments left out.

#pragma once

#include <string_view>

#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(condition) static_assert(true)
#include <toml++/toml.h>

namespace epollcheck {

/// The table that `text` says. Throws toml::parse_error.
toml::table parse_toml(std::string_view text);

}  // namespace epollcheck
