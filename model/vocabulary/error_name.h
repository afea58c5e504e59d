// Names of errno values. The model speaks Linux numbers of the generic ABI; all Linux architectures
// that we build for share them.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace epollcheck {

namespace error {

inline constexpr int kEPERM = 1;
inline constexpr int kENOENT = 2;
inline constexpr int kESRCH = 3;
inline constexpr int kECHILD = 10;
inline constexpr int kEINTR = 4;
inline constexpr int kEIO = 5;
inline constexpr int kENXIO = 6;
inline constexpr int kEBADF = 9;
inline constexpr int kEAGAIN = 11;
inline constexpr int kENOMEM = 12;
inline constexpr int kEFAULT = 14;
inline constexpr int kEBUSY = 16;
inline constexpr int kEEXIST = 17;
inline constexpr int kENODEV = 19;
inline constexpr int kENOTDIR = 20;
inline constexpr int kEISDIR = 21;
inline constexpr int kEINVAL = 22;
inline constexpr int kENFILE = 23;
inline constexpr int kEMFILE = 24;
inline constexpr int kENOTTY = 25;
inline constexpr int kENOSPC = 28;
inline constexpr int kESPIPE = 29;
inline constexpr int kEPIPE = 32;
inline constexpr int kENOSYS = 38;
inline constexpr int kELOOP = 40;
inline constexpr int kETIME = 62;
inline constexpr int kENOTSOCK = 88;
inline constexpr int kEMSGSIZE = 90;
inline constexpr int kEDESTADDRREQ = 89;
inline constexpr int kEPROTOTYPE = 91;
inline constexpr int kESOCKTNOSUPPORT = 94;
inline constexpr int kEOPNOTSUPP = 95;
inline constexpr int kEADDRINUSE = 98;
inline constexpr int kECONNABORTED = 103;
inline constexpr int kECONNRESET = 104;
inline constexpr int kEISCONN = 106;
inline constexpr int kENOTCONN = 107;
inline constexpr int kECONNREFUSED = 111;
inline constexpr int kEALREADY = 114;
inline constexpr int kEINPROGRESS = 115;
inline constexpr int kECANCELED = 125;

/// The largest number that a system call can return as an error (MAX_ERRNO of linux/err.h).
inline constexpr int kLargest = 4095;

}  // namespace error

/// "EINVAL" for 22; "E999" for a number without a name.
std::string error_name(int error);
/// The number that `name` stands for ("E999" is 999), or nothing.
std::optional<int> error_named(std::string_view name);
/// All names that error_named() knows by heart (for suggestions).
std::span<const std::string_view> error_names();

}  // namespace epollcheck
