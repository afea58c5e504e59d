// File mode: a file of frames in, a file of frames out, and nobody to talk to.
//
// Each frame is answered by a worker process, so that whatever a program does to the process that
// runs it, the file of answers gets complete. A batch runs in one worker as long as all goes well.
// When the worker dies, hangs or reports an error, the programs from there on get one each. Where
// no process can be forked all is done in this one.

#pragma once

namespace epollcheck {

struct FileModeOptions {
    const char* input = nullptr;
    const char* output = nullptr;
    bool armour = false;       // both files are armoured
    int patience_ms = 60'000;  // a worker that is silent for so long hangs
};

/// Exit code: 0 if every frame was answered (also if the answer is an error), 70 if a file could
/// not be read or written, with a message on stderr.
int run_file_mode(const FileModeOptions& options);

}  // namespace epollcheck
