// The choice. See way_to_call.h.

#include "harness/executor/way_to_call.h"

#include <optional>

#include "harness/executor/library_calls.h"

namespace epollcheck {

namespace {

WayToCall chosen_way = WayToCall::kRaw;
std::optional<system_call::UseCalls> library_in_use;

}  // namespace

void call_by(WayToCall way) {
    chosen_way = way;
    library_in_use.reset();
    if (way == WayToCall::kLibrary) {
        library_in_use.emplace(system_call::library_calls());
    }
}

WayToCall way_to_call() { return chosen_way; }

}  // namespace epollcheck
