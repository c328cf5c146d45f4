"""The system calls an examinee is refused, as a BPF program for x86_64 and aarch64 (guest: standard library only).

A list of refusals, not of permissions: torch, CUDA and numpy use calls by the hundred and more with every release, and
honest code that meets a refusal gets a PermissionError it can survive. Three things keep the list closed: call numbers
newer than `NEWEST` do not exist in here, nor do the numbers of another architecture, and what Landlock does watch
(opening, creating, renaming, removing files) is left to Landlock. Source of the numbers: asm/unistd.h of Linux 6.18.
"""

import ctypes
import errno
import struct
from dataclasses import dataclass

from .kernel import MACHINE, call

NEWEST = 468  # file_getattr; file_setattr and whatever comes after it is answered ENOSYS

# name:x86_64:aarch64, a dash where that architecture lacks the call
_REFUSED = """
network       socket:41:198 socketpair:53:199 bind:49:200 listen:50:201 accept:43:202 accept4:288:242 connect:42:203
              getsockname:51:204 getpeername:52:205 sendto:44:206 recvfrom:45:207 sendmsg:46:211 recvmsg:47:212
              sendmmsg:307:269 recvmmsg:299:243 setsockopt:54:208 getsockopt:55:209 shutdown:48:210
new-process   fork:57:- vfork:58:- execve:59:221 execveat:322:281
signals       tkill:200:130 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240 pidfd_send_signal:424:424
neighbours    ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271 process_madvise:440:440
              process_mrelease:448:448 pidfd_open:434:434 pidfd_getfd:438:438 kcmp:312:272 perf_event_open:298:241
              move_pages:279:239 migrate_pages:256:238
priority      setpriority:141:140 sched_setscheduler:144:119 sched_setparam:142:118 sched_setattr:314:274
              ioprio_set:251:30 setrlimit:160:164
file-owners   chown:92:- fchown:93:55 lchown:94:- fchownat:260:54 setxattr:188:5 lsetxattr:189:6
              fsetxattr:190:7 setxattrat:463:463 removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16
              removexattrat:466:466 truncate:76:45 openat2:437:437 fallocate:285:47
shared-memory shmget:29:194 shmat:30:196 shmctl:31:195 shmdt:67:197 semget:64:190 semop:65:193 semctl:66:191
              semtimedop:220:192 msgget:68:186 msgsnd:69:189 msgrcv:70:188 msgctl:71:187 mq_open:240:180
              mq_unlink:241:181 mq_timedsend:242:182 mq_timedreceive:243:183 mq_notify:244:184 mq_getsetattr:245:185
hidden-memory memfd_create:319:279 memfd_secret:447:447 userfaultfd:323:282 remap_file_pages:216:234
rings         io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427 io_setup:206:0 io_submit:209:2
              io_destroy:207:1 io_cancel:210:3 io_getevents:208:4 io_pgetevents:333:292
namespaces    unshare:272:97 setns:308:268 mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51
              open_tree:428:428 open_tree_attr:467:467 move_mount:429:429 fsopen:430:430 fsconfig:431:431
              fsmount:432:432 fspick:433:433 mount_setattr:442:442 statmount:457:457 listmount:458:458
kernel        bpf:321:280 add_key:248:217 request_key:249:218 keyctl:250:219 syslog:103:116 lookup_dcookie:212:18
              acct:163:89 quotactl:179:60 quotactl_fd:443:443 nfsservctl:180:42 lsm_set_self_attr:460:460 reboot:169:142
              kexec_load:246:104 kexec_file_load:320:294 init_module:175:105 finit_module:313:273
              delete_module:176:106 create_module:174:- swapon:167:224 swapoff:168:225 uselib:134:- vhangup:153:58
              ustat:136:- sysfs:139:- _sysctl:156:- iopl:172:- ioperm:173:- modify_ldt:154:-
handles       name_to_handle_at:303:264 open_by_handle_at:304:265 fanotify_init:300:262 fanotify_mark:301:263
clock         settimeofday:164:170 clock_settime:227:112 clock_adjtime:305:266 adjtimex:159:171 sethostname:170:161
              setdomainname:171:162
"""

# answered with success, and nothing is done: `shutil.copy` and `copy2` end with them, on files that are their own
_IGNORED = """
file-modes    chmod:90:- fchmod:91:52 fchmodat:268:53 fchmodat2:452:452
file-times    utime:132:- utimes:235:- futimesat:261:- utimensat:280:88
"""

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH_*
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # in struct seccomp_data
_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
_REFUSE, _NO_SUCH_CALL, _PRETEND = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS, _ERRNO
_CLONE_THREAD, _CLONE_NAMESPACES = 0x00010000, 0x7E020080
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000
_OWN_PID = -1

Step = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


@dataclass(frozen=True)
class Program:
    """A seccomp filter, complete but for the process id that each child writes into it."""

    code: bytes
    own_pid_at: tuple[int, ...]


def available() -> bool:
    """Whether this kernel takes a filter for this machine: a null program is refused for its address, not its kind."""
    try:
        call("prctl", 22, 2, None, 0, 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
    except OSError as problem:
        return problem.errno == errno.EFAULT and MACHINE in _ARCHITECTURES
    return False


def build(machine: str = MACHINE) -> Program:
    """The filter for `machine` ("x86_64" or "aarch64"); KeyError for another one."""
    column, architecture = _ARCHITECTURES[machine]
    steps: list[Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, NEWEST + 1),  # the x32 calls of x86_64 lie far above it
        (_RETURN, 0, 0, _NO_SUCH_CALL),
    ]
    for numbers, block in _by_argument():
        if numbers[column] is not None:
            steps += [(_EQUAL, 0, len(block), numbers[column] or 0), *block]
    for names, answer in ((_REFUSED, _REFUSE), (_IGNORED, _PRETEND)):
        for name in (word for word in names.split() if ":" in word):
            number = name.split(":")[1 + column]
            if number != "-":
                steps += [(_EQUAL, 0, 1, int(number)), (_RETURN, 0, 0, answer)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    code = b"".join(struct.pack("=HBBI", *step[:3], max(step[3], 0)) for step in steps)
    return Program(code, tuple(8 * at + 4 for at, step in enumerate(steps) if step[3] == _OWN_PID))


def load(program: Program, own_pid: int) -> None:
    """Put the calling thread under `program`; it has set no_new_privs. Raises OSError if the kernel refuses."""
    code = ctypes.create_string_buffer(program.code, len(program.code))
    for at in program.own_pid_at:
        struct.pack_into("=I", code, at, own_pid)
    call("prctl", 22, 2, struct.pack("@HP", len(program.code) // 8, ctypes.addressof(code)), 0, 0)


def _by_argument() -> list[tuple[tuple[int | None, int | None], list[Step]]]:
    """Calls judged by an argument: their numbers, and a block that always ends in an answer."""
    own = _only(0, _OWN_PID)
    thread = [_word(0), (_ANY_BIT, 1, 0, _CLONE_NAMESPACES), (_ANY_BIT, 1, 0, _CLONE_THREAD), *_answers()]
    reads_only = [_word(2), (_EQUAL, 0, 2, 0), _word(2, high=True), (_EQUAL, 1, 0, 0), *_answers()]
    return [
        ((56, 220), thread),  # clone: threads, not processes
        ((435, 435), [(_RETURN, 0, 0, _NO_SUCH_CALL)]),  # clone3 hides its flags in memory; libc falls back to clone
        ((62, 129), own),  # kill
        ((234, 131), own),  # tgkill, which abort() and pthread_kill() need
        ((203, 122), _only(0, 0)),  # sched_setaffinity of the calling thread
        ((302, 261), reads_only),  # prlimit64 with no new limit
        ((135, 92), _only(0, 0xFFFFFFFF)),  # personality, asked and not set
        # prctl: PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_MM, PR_SET_PTRACER would undo what holds the child
        ((157, 167), _all_but(0, 1, 4, 35, 0x59616D61)),
        # fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX send signals to whomever they name; a lease (F_SETLEASE, F_NOTIFY)
        # makes others wait for seconds who open the file
        ((72, 25), _all_but(1, 8, 10, 15, 1024, 1026)),
        ((2, None), _open(1)),  # open
        ((257, 56), _open(2)),  # openat
    ]


def _word(argument: int, high: bool = False) -> Step:
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument + 4 * high)


def _answers() -> list[Step]:
    """Refuse, or one step further on, allow."""
    return [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]


def _only(argument: int, value: int) -> list[Step]:
    return [_word(argument), (_EQUAL, 1, 0, value), *_answers()]


def _all_but(argument: int, *values: int) -> list[Step]:
    tests: list[Step] = [(_EQUAL, len(values) - at - 1, 0, value) for at, value in enumerate(values[:-1])]
    return [_word(argument), *tests, (_EQUAL, 0, 1, values[-1]), *_answers()]


def _open(argument: int) -> list[Step]:
    """Two ways round Landlock before version 5: emptying a file "for reading", and mode 3, which is for ioctl alone."""
    word, *rest = _all_but(argument, _O_TRUNC, _O_ACCMODE, _O_TRUNC | _O_ACCMODE)
    return [word, (_AND, 0, 0, _O_TRUNC | _O_ACCMODE), *rest]
