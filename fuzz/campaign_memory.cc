// Campaign memory. See campaign_memory.h.

#include "fuzz/campaign_memory.h"

#include <sys/mman.h>

#include <new>

namespace epollcheck {

CampaignMemory* make_campaign_memory() {
    void* const memory = mmap(nullptr, sizeof(CampaignMemory), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : new (memory) CampaignMemory;
}

}  // namespace epollcheck
