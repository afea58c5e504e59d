// Finding text: a deviation that a campaign found, as people read it.

#pragma once

#include <string>

#include "harness/check/finding.h"

namespace epollcheck {

/// The report about `finding`, under the name `id`: its program, the answer that is not allowed and
/// the rules against it.
std::string finding_text(Finding finding, const std::string& id, const std::string& title,
                         Judge& judge, Tier strictest);

}  // namespace epollcheck
