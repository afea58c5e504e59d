// Bookkeeping of a program's descriptors. See descriptor_table.h.

#include "harness/executor/descriptor_table.h"

namespace epollcheck {

void DescriptorTable::restart(int base) {
    base_ = base;
    descriptions_of_.clear();
    descriptions_.clear();
}

void DescriptorTable::opened(int number, bool never_waits) {
    descriptions_.push_back({never_waits, kNoAddress, kNoProcess, Timing::kOff});
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
        descriptions_of_[static_cast<std::size_t>(number - base_)] = kClosed;
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

void DescriptorTable::set_address(int number, std::uint64_t address) {
    const std::int32_t description = description_of(number);
    if (description != kClosed) {
        descriptions_[static_cast<std::size_t>(description)].address = address;
    }
}

std::uint64_t DescriptorTable::address(int number) const {
    const std::int32_t description = description_of(number);
    return description == kClosed ? kNoAddress
                                  : descriptions_[static_cast<std::size_t>(description)].address;
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
    for (std::size_t slot = 0; slot < descriptions_of_.size(); ++slot) {
        if (descriptions_of_[slot] != kClosed) {
            numbers.push_back(base_ + static_cast<int>(slot));
        }
    }
}

void DescriptorTable::name(int number, std::int32_t description) {
    if (number < base_) {
        return;  // not ours to close, whatever the kernel says
    }
    const auto slot = static_cast<std::size_t>(number - base_);
    if (slot >= descriptions_of_.size()) {
        descriptions_of_.resize(slot + 1, kClosed);
    }
    descriptions_of_[slot] = description;
}

std::int32_t DescriptorTable::description_of(int number) const {
    if (number < base_) {
        return kClosed;
    }
    const auto slot = static_cast<std::size_t>(number - base_);
    return slot < descriptions_of_.size() ? descriptions_of_[slot] : kClosed;
}

}  // namespace epollcheck
