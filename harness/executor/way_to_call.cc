// The switch. See way_to_call.h.

#include "harness/executor/way_to_call.h"

namespace epollcheck {

namespace {

WayToCall chosen_way = WayToCall::kRaw;

}  // namespace

void call_by(WayToCall way) { chosen_way = way; }

WayToCall way_to_call() { return chosen_way; }

}  // namespace epollcheck
