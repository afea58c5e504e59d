// Bookkeeping of a program's descriptors. See descriptor_table.h.

#include "harness/executor/descriptor_table.h"

namespace epollcheck {

void DescriptorTable::restart(int base) {
    base_ = base;
    tables_[0].clear();
    table_of_[0] = 0;
    table_ = 0;
    descriptions_.clear();
}

void DescriptorTable::fork(bool shares_table) {
    table_of_[1] = shares_table ? table_of_[0] : 1 - table_of_[0];
    tables_[table_of_[1]] = tables_[table_of_[0]];
}

void DescriptorTable::unshare(int process) {
    if (table_of_[0] != table_of_[1]) {
        return;
    }
    const int own = 1 - table_of_[process];
    tables_[own] = tables_[table_of_[process]];
    table_of_[process] = own;
}

void DescriptorTable::opened(int number, bool never_waits) {
    descriptions_.push_back({never_waits, kNoProcess, Timing::kOff, Network::kNone, false});
    name(number, static_cast<std::int32_t>(descriptions_.size()) - 1);
}

void DescriptorTable::duplicated(int from, int to) {
    const std::int32_t description = description_of(from);
    if (description != kClosed) {
        name(to, description);
    } else {
        opened(to, false);  // duplicated from a number that another description stands behind
    }
}

void DescriptorTable::closed(int number) {
    if (description_of(number) != kClosed) {
        tables_[table_][static_cast<std::size_t>(number - base_)] = kClosed;
    }
}

void DescriptorTable::closed_range(unsigned first, unsigned last) {
    const auto count = static_cast<int>(tables_[table_].size());
    for (int number = base_; number < base_ + count; ++number) {
        if (static_cast<unsigned>(number) >= first && static_cast<unsigned>(number) <= last) {
            closed(number);
        }
    }
}

void DescriptorTable::set_never_waits(int number, bool never_waits) {
    const std::int32_t description = description_of(number);
    if (description != kClosed) {
        descriptions_[static_cast<std::size_t>(description)].never_waits = never_waits;
    }
}

bool DescriptorTable::never_waits(int number) const {
    const std::int32_t description = description_of(number);
    return description != kClosed &&
           descriptions_[static_cast<std::size_t>(description)].never_waits;
}

void DescriptorTable::set_network(int number, Network network) {
    const std::int32_t description = description_of(number);
    if (description != kClosed) {
        descriptions_[static_cast<std::size_t>(description)].network = network;
    }
}

DescriptorTable::Network DescriptorTable::network(int number) const {
    const std::int32_t description = description_of(number);
    return description == kClosed ? Network::kNone
                                  : descriptions_[static_cast<std::size_t>(description)].network;
}

void DescriptorTable::set_process(int number, std::int64_t process) {
    const std::int32_t description = description_of(number);
    if (description != kClosed) {
        descriptions_[static_cast<std::size_t>(description)].process = process;
    }
}

std::int64_t DescriptorTable::process(int number) const {
    const std::int32_t description = description_of(number);
    return description == kClosed ? kNoProcess
                                  : descriptions_[static_cast<std::size_t>(description)].process;
}

void DescriptorTable::set_timing(int number, Timing timing) {
    const std::int32_t description = description_of(number);
    if (description != kClosed) {
        descriptions_[static_cast<std::size_t>(description)].timing = timing;
    }
}

DescriptorTable::Timing DescriptorTable::timing(int number) const {
    const std::int32_t description = description_of(number);
    return description == kClosed ? Timing::kOff
                                  : descriptions_[static_cast<std::size_t>(description)].timing;
}

void DescriptorTable::list_open(std::vector<int>& numbers) const {
    for (std::size_t slot = 0; slot < tables_[table_].size(); ++slot) {
        if (tables_[table_][slot] != kClosed) {
            numbers.push_back(base_ + static_cast<int>(slot));
        }
    }
}

void DescriptorTable::set_terminal(int number) {
    const std::int32_t description = description_of(number);
    if (description != kClosed) {
        descriptions_[static_cast<std::size_t>(description)].is_terminal = true;
    }
}

bool DescriptorTable::is_terminal(int number) const {
    const std::int32_t description = description_of(number);
    return description != kClosed &&
           descriptions_[static_cast<std::size_t>(description)].is_terminal;
}

void DescriptorTable::name(int number, std::int32_t description) {
    if (number < base_) {
        return;  // not ours to close, whatever the kernel says
    }
    const auto slot = static_cast<std::size_t>(number - base_);
    if (slot >= tables_[table_].size()) {
        tables_[table_].resize(slot + 1, kClosed);
    }
    tables_[table_][slot] = description;
}

std::int32_t DescriptorTable::description_of(int number) const {
    if (number < base_) {
        return kClosed;
    }
    const auto slot = static_cast<std::size_t>(number - base_);
    return slot < tables_[table_].size() ? tables_[table_][slot] : kClosed;
}

}  // namespace epollcheck
