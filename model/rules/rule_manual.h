// Where the manual says what a rule says: data of the *.rules files, apart from rule.h because only
// what is written for people needs it.

#pragma once

#include <string_view>

#include "model/rules/rule.h"

namespace epollcheck {

/// "epoll_ctl(2), EPOLLONESHOT": the page and what to look for there; "" if no page says it.
std::string_view manual_of(Rule rule);

}  // namespace epollcheck
