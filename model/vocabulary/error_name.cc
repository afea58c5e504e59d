// The table of errno names: every error of the generic Linux ABI, then the numbers that a kernel
// keeps to itself. The latter must never reach a program; they have names because a report that
// says "ERESTARTSYS leaked" is worth more than one that says 512.
//
// Sources: include/uapi/asm-generic/errno-base.h, errno.h; include/linux/errno.h (Linux 6.18).

#include "model/vocabulary/error_name.h"

#include <array>
#include <charconv>

namespace epollcheck {
namespace {

struct ErrorName {
    int number;
    std::string_view name;
};

constexpr std::array kErrorNames = {
    ErrorName{1, "EPERM"},
    ErrorName{2, "ENOENT"},
    ErrorName{3, "ESRCH"},
    ErrorName{4, "EINTR"},
    ErrorName{5, "EIO"},
    ErrorName{6, "ENXIO"},
    ErrorName{7, "E2BIG"},
    ErrorName{8, "ENOEXEC"},
    ErrorName{9, "EBADF"},
    ErrorName{10, "ECHILD"},
    ErrorName{11, "EAGAIN"},
    ErrorName{12, "ENOMEM"},
    ErrorName{13, "EACCES"},
    ErrorName{14, "EFAULT"},
    ErrorName{15, "ENOTBLK"},
    ErrorName{16, "EBUSY"},
    ErrorName{17, "EEXIST"},
    ErrorName{18, "EXDEV"},
    ErrorName{19, "ENODEV"},
    ErrorName{20, "ENOTDIR"},
    ErrorName{21, "EISDIR"},
    ErrorName{22, "EINVAL"},
    ErrorName{23, "ENFILE"},
    ErrorName{24, "EMFILE"},
    ErrorName{25, "ENOTTY"},
    ErrorName{26, "ETXTBSY"},
    ErrorName{27, "EFBIG"},
    ErrorName{28, "ENOSPC"},
    ErrorName{29, "ESPIPE"},
    ErrorName{30, "EROFS"},
    ErrorName{31, "EMLINK"},
    ErrorName{32, "EPIPE"},
    ErrorName{33, "EDOM"},
    ErrorName{34, "ERANGE"},
    ErrorName{35, "EDEADLK"},
    ErrorName{36, "ENAMETOOLONG"},
    ErrorName{37, "ENOLCK"},
    ErrorName{38, "ENOSYS"},
    ErrorName{39, "ENOTEMPTY"},
    ErrorName{40, "ELOOP"},
    ErrorName{42, "ENOMSG"},
    ErrorName{43, "EIDRM"},
    ErrorName{44, "ECHRNG"},
    ErrorName{45, "EL2NSYNC"},
    ErrorName{46, "EL3HLT"},
    ErrorName{47, "EL3RST"},
    ErrorName{48, "ELNRNG"},
    ErrorName{49, "EUNATCH"},
    ErrorName{50, "ENOCSI"},
    ErrorName{51, "EL2HLT"},
    ErrorName{52, "EBADE"},
    ErrorName{53, "EBADR"},
    ErrorName{54, "EXFULL"},
    ErrorName{55, "ENOANO"},
    ErrorName{56, "EBADRQC"},
    ErrorName{57, "EBADSLT"},
    ErrorName{59, "EBFONT"},
    ErrorName{60, "ENOSTR"},
    ErrorName{61, "ENODATA"},
    ErrorName{62, "ETIME"},
    ErrorName{63, "ENOSR"},
    ErrorName{64, "ENONET"},
    ErrorName{65, "ENOPKG"},
    ErrorName{66, "EREMOTE"},
    ErrorName{67, "ENOLINK"},
    ErrorName{68, "EADV"},
    ErrorName{69, "ESRMNT"},
    ErrorName{70, "ECOMM"},
    ErrorName{71, "EPROTO"},
    ErrorName{72, "EMULTIHOP"},
    ErrorName{73, "EDOTDOT"},
    ErrorName{74, "EBADMSG"},
    ErrorName{75, "EOVERFLOW"},
    ErrorName{76, "ENOTUNIQ"},
    ErrorName{77, "EBADFD"},
    ErrorName{78, "EREMCHG"},
    ErrorName{79, "ELIBACC"},
    ErrorName{80, "ELIBBAD"},
    ErrorName{81, "ELIBSCN"},
    ErrorName{82, "ELIBMAX"},
    ErrorName{83, "ELIBEXEC"},
    ErrorName{84, "EILSEQ"},
    ErrorName{85, "ERESTART"},
    ErrorName{86, "ESTRPIPE"},
    ErrorName{87, "EUSERS"},
    ErrorName{88, "ENOTSOCK"},
    ErrorName{89, "EDESTADDRREQ"},
    ErrorName{90, "EMSGSIZE"},
    ErrorName{91, "EPROTOTYPE"},
    ErrorName{92, "ENOPROTOOPT"},
    ErrorName{93, "EPROTONOSUPPORT"},
    ErrorName{94, "ESOCKTNOSUPPORT"},
    ErrorName{95, "EOPNOTSUPP"},
    ErrorName{96, "EPFNOSUPPORT"},
    ErrorName{97, "EAFNOSUPPORT"},
    ErrorName{98, "EADDRINUSE"},
    ErrorName{99, "EADDRNOTAVAIL"},
    ErrorName{100, "ENETDOWN"},
    ErrorName{101, "ENETUNREACH"},
    ErrorName{102, "ENETRESET"},
    ErrorName{103, "ECONNABORTED"},
    ErrorName{104, "ECONNRESET"},
    ErrorName{105, "ENOBUFS"},
    ErrorName{106, "EISCONN"},
    ErrorName{107, "ENOTCONN"},
    ErrorName{108, "ESHUTDOWN"},
    ErrorName{109, "ETOOMANYREFS"},
    ErrorName{110, "ETIMEDOUT"},
    ErrorName{111, "ECONNREFUSED"},
    ErrorName{112, "EHOSTDOWN"},
    ErrorName{113, "EHOSTUNREACH"},
    ErrorName{114, "EALREADY"},
    ErrorName{115, "EINPROGRESS"},
    ErrorName{116, "ESTALE"},
    ErrorName{117, "EUCLEAN"},
    ErrorName{118, "ENOTNAM"},
    ErrorName{119, "ENAVAIL"},
    ErrorName{120, "EISNAM"},
    ErrorName{121, "EREMOTEIO"},
    ErrorName{122, "EDQUOT"},
    ErrorName{123, "ENOMEDIUM"},
    ErrorName{124, "EMEDIUMTYPE"},
    ErrorName{125, "ECANCELED"},
    ErrorName{126, "ENOKEY"},
    ErrorName{127, "EKEYEXPIRED"},
    ErrorName{128, "EKEYREVOKED"},
    ErrorName{129, "EKEYREJECTED"},
    ErrorName{130, "EOWNERDEAD"},
    ErrorName{131, "ENOTRECOVERABLE"},
    ErrorName{132, "ERFKILL"},
    ErrorName{133, "EHWPOISON"},
    // Second names: understood, never printed.
    ErrorName{11, "EWOULDBLOCK"},
    ErrorName{35, "EDEADLOCK"},
    ErrorName{95, "ENOTSUP"},
    // Numbers that the kernel uses inside.
    ErrorName{512, "ERESTARTSYS"},
    ErrorName{513, "ERESTARTNOINTR"},
    ErrorName{514, "ERESTARTNOHAND"},
    ErrorName{515, "ENOIOCTLCMD"},
    ErrorName{516, "ERESTART_RESTARTBLOCK"},
    ErrorName{524, "ENOTSUPP"},
};

}  // namespace

std::string error_name(int error) {
    for (const ErrorName& known : kErrorNames) {
        if (known.number == error) return std::string(known.name);
    }
    std::string text = "E";
    text += std::to_string(error);
    return text;
}

std::optional<int> error_named(std::string_view name) {
    for (const ErrorName& known : kErrorNames) {
        if (known.name == name) return known.number;
    }
    if (name.size() < 2 || name[0] != 'E') return std::nullopt;
    int number = 0;
    const char* end = name.data() + name.size();
    const auto [stop, failure] = std::from_chars(name.data() + 1, end, number);
    if (failure != std::errc() || stop != end) return std::nullopt;
    if (number < 1 || number > error::kLargest) return std::nullopt;
    return number;
}

std::span<const std::string_view> error_names() {
    static constexpr auto kNames = [] {
        std::array<std::string_view, kErrorNames.size()> names;
        for (std::size_t i = 0; i < names.size(); ++i) names[i] = kErrorNames[i].name;
        return names;
    }();
    return kNames;
}

}  // namespace epollcheck
