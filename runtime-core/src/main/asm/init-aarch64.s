// The first process of a container that was asked to have an init, for aarch64; init-x86_64.s says
// what it does and why. A system call preserves every register but x0.
//
//   aarch64-linux-gnu-as -o init.o init-aarch64.s
//   aarch64-linux-gnu-objcopy -O binary -j .text init.o init.bin

        .text

        .equ    sys_ioctl, 29
        .equ    sys_write, 64
        .equ    sys_exit_group, 94
        .equ    sys_kill, 129
        .equ    sys_rt_sigaction, 134
        .equ    sys_rt_sigprocmask, 135
        .equ    sys_rt_sigtimedwait, 137
        .equ    sys_setpgid, 154
        .equ    sys_prctl, 167
        .equ    sys_getpid, 172
        .equ    sys_clone, 220
        .equ    sys_execve, 221
        .equ    sys_wait4, 260

        .equ    SIGILL, 4
        .equ    SIGTRAP, 5
        .equ    SIGABRT, 6
        .equ    SIGBUS, 7
        .equ    SIGFPE, 8
        .equ    SIGKILL, 9
        .equ    SIGSEGV, 11
        .equ    SIGCHLD, 17
        .equ    SIGTTIN, 21
        .equ    SIGTTOU, 22
        .equ    SIGSYS, 31
        .equ    LAST_SIGNAL, 64

        // A fault of ours must end us, and what is ignored must not be waited for.
        .equ    FAULTS, 1 << (SIGILL - 1) | 1 << (SIGTRAP - 1) | 1 << (SIGABRT - 1) | 1 << (SIGBUS - 1) | 1 << (SIGFPE - 1) | 1 << (SIGSEGV - 1) | 1 << (SIGSYS - 1)
        .equ    IGNORED, 1 << (SIGTTIN - 1) | 1 << (SIGTTOU - 1)
        .equ    NOT_WAITED_FOR, FAULTS | IGNORED

        .equ    SIG_IGN, 1
        .equ    SIG_SETMASK, 2
        .equ    SIGSET_SIZE, 8
        .equ    PR_SET_PDEATHSIG, 1
        .equ    PR_SET_CHILD_SUBREAPER, 36
        .equ    TIOCSPGRP, 0x5410
        .equ    WNOHANG, 1

        .equ    ENOENT, 2
        .equ    EINTR, 4
        .equ    ENXIO, 6
        .equ    ENOEXEC, 8
        .equ    EACCES, 13
        .equ    ENODEV, 19
        .equ    ENOTDIR, 20
        .equ    ENOTTY, 25
        .equ    ENAMETOOLONG, 36
        .equ    ETIMEDOUT, 110
        .equ    ESTALE, 116

        .equ    PATH_MAX, 4096
        .equ    NAME_MAX, 255

        // What lies on the stack, from sp.
        .equ    SET, 0                  // a sigset_t
        .equ    VALUE, 8                // the wait status; the process group
        .equ    ACTION, 16              // the kernel's struct sigaction, 32 bytes, all 0 but its
                                        // handler
        .equ    FRAME, 48

// x19 = argv, x20 = envp, x21 = the command's name, w22 = an error number, positive
start:
        ldr     x0, [sp]                // argc
        cmp     x0, #3
        b.lo    usage
        add     x19, sp, #8
        add     x20, x19, x0, lsl #3
        add     x20, x20, #8
        ldp     x1, x21, [x19, #8]
        ldrh    w0, [x1]
        mov     w2, #('-' << 8 | '-')
        cmp     w0, w2
        b.ne    usage
        ldrb    w0, [x1, #2]
        cbnz    w0, usage

        sub     sp, sp, #FRAME
        movn    x0, #(NOT_WAITED_FOR & 0xffff)
        movk    x0, #(~NOT_WAITED_FOR >> 16 & 0xffff), lsl #16
        str     x0, [sp, #SET]
        bl      set_mask
        mov     x0, #SIG_IGN
        stp     x0, xzr, [sp, #ACTION]
        stp     xzr, xzr, [sp, #ACTION + 16]
        mov     x0, #SIGTTIN
        bl      set_action
        mov     x0, #SIGTTOU
        bl      set_action
        str     xzr, [sp, #ACTION]      // SIG_DFL
        mov     x0, #SIGCHLD
        bl      set_action

        mov     x0, #PR_SET_CHILD_SUBREAPER
        mov     x1, #1
        bl      prctl

        mov     x0, #SIGCHLD            // a fork
        mov     x1, #0
        mov     x2, #0
        mov     x3, #0
        mov     x4, #0
        mov     x8, #sys_clone
        svc     #0
        adr     x1, fork_text
        tbnz    w0, #31, failed_call
        cbz     w0, child

// w23 = the child
        mov     w23, w0
wait:
        add     x0, sp, #SET
        mov     x1, #0
        mov     x2, #0
        mov     x3, #SIGSET_SIZE
        mov     x8, #sys_rt_sigtimedwait
        svc     #0
        cmp     w0, #SIGCHLD
        b.eq    reap
        cmn     w0, #EINTR
        b.eq    wait
        adr     x1, wait_text
        tbnz    w0, #31, failed_call
        mov     w1, w0
        mov     w0, w23
        mov     x8, #sys_kill
        svc     #0
        b       wait

reap:
        mov     x0, #-1
        add     x1, sp, #VALUE
        mov     x2, #WNOHANG
        mov     x3, #0
        mov     x8, #sys_wait4
        svc     #0
        cbz     w0, wait
        adr     x1, wait_text
        tbnz    w0, #31, failed_call
        cmp     w0, w23
        b.ne    reap
        ldr     w1, [sp, #VALUE]
        ands    w0, w1, #0x7f           // the signal that ended it
        add     w0, w0, #128
        b.ne    exit
        ubfx    w0, w1, #8, #8          // what it said itself
exit:
        mov     x8, #sys_exit_group
        svc     #0

child:
        mov     x0, #PR_SET_PDEATHSIG
        mov     x1, #SIGKILL
        bl      prctl
        mov     x0, #0
        mov     x1, #0
        mov     x8, #sys_setpgid
        svc     #0
        mov     x8, #sys_getpid
        svc     #0
        str     w0, [sp, #VALUE]
        mov     x0, #0
        mov     x1, #TIOCSPGRP
        add     x2, sp, #VALUE
        mov     x8, #sys_ioctl
        svc     #0
        cmn     w0, #ENOTTY
        b.eq    1f
        cmn     w0, #ENXIO
        b.eq    1f
        adr     x1, terminal_text
        tbnz    w0, #31, failed_call

1:      mov     w22, #LAST_SIGNAL
2:      mov     w0, w22
        bl      set_action
        subs    w22, w22, #1
        b.ne    2b
        str     xzr, [sp, #SET]
        bl      set_mask

// x23 = the length of the name with its end, x24 = what is left of PATH
        mov     w22, #ENOENT
        ldrb    w0, [x21]
        cbz     w0, not_executed
        mov     x1, x21
1:      ldrb    w0, [x1], #1
        cmp     w0, #'/'
        b.eq    as_it_is
        cbnz    w0, 1b
        sub     x23, x1, x21
        mov     w0, #ENAMETOOLONG
        cmp     x23, #NAME_MAX + 1
        b.hi    give_up

        adr     x24, default_path
        mov     x1, x20
        ldr     w3, path_name
next_variable:
        ldr     x2, [x1], #8
        cbz     x2, search
        ldr     w0, [x2]
        cmp     w0, w3
        b.ne    next_variable
        ldrb    w0, [x2, #4]
        cmp     w0, #'='
        b.ne    next_variable
        ldrb    w0, [x2, #5]
        cbz     w0, next_variable
        add     x24, x2, #5

search:
        sub     sp, sp, #PATH_MAX       // the candidate is put together at sp
next_entry:
        mov     x1, x24
1:      ldrb    w0, [x24], #1
        cbz     w0, 2f
        cmp     w0, #':'
        b.ne    1b
2:      sub     x2, x24, #1             // x24 is behind what ends the entry
        subs    x3, x2, x1
        add     x4, x3, x23
        add     x4, x4, #1
        mov     x0, sp
        b.eq    4f
        cmp     x4, #PATH_MAX
        b.hi    skip
3:      ldrb    w5, [x1], #1
        strb    w5, [x0], #1
        cmp     x1, x2
        b.ne    3b
        b       5f
4:      mov     w5, #'.'
        strb    w5, [x0], #1
5:      mov     w5, #'/'
        strb    w5, [x0], #1
        mov     x1, x21
6:      ldrb    w5, [x1], #1
        strb    w5, [x0], #1
        cbnz    w5, 6b
        mov     x0, sp
        bl      execute
        cmp     w0, #ENOENT
        b.eq    skip
        cmp     w0, #ENOTDIR
        b.eq    skip
        cmp     w0, #ESTALE
        b.eq    skip
        cmp     w0, #ENODEV
        b.eq    skip
        cmp     w0, #ETIMEDOUT
        b.eq    skip
        cmp     w0, #EACCES
        b.ne    give_up
        mov     w22, w0
skip:
        ldurb   w0, [x24, #-1]
        cbnz    w0, next_entry
        b       not_executed

as_it_is:
        mov     x0, x21
        bl      execute
give_up:
        mov     w22, w0
not_executed:
        adr     x1, exec_text
        bl      say
        mov     x1, x21
        bl      say
        b       say_why

// A call of ours failed: x1 = which, w0 = the negative error number
failed_call:
        neg     w22, w0
        bl      say

// Ends with 127 for what does not exist, with 126 for any other error.
say_why:
        mov     w21, #127
        adr     x1, missing_text
        cmp     w22, #ENOENT
        b.eq    say_last
        mov     w21, #126
        adr     x1, denied_text
        cmp     w22, #EACCES
        b.eq    say_last
        adr     x1, error_text
        bl      say
        sub     sp, sp, #16             // the number, from its last digit
        add     x1, sp, #14
        mov     w0, #'\n'               // and the end of the text
        strh    w0, [x1]
        mov     w2, #10
1:      udiv    w3, w22, w2
        msub    w0, w3, w2, w22
        add     w0, w0, #'0'
        strb    w0, [x1, #-1]!
        mov     w22, w3
        cbnz    w22, 1b
say_last:
        bl      say
        mov     w0, w21
        b       exit

usage:
        adr     x1, usage_text
        mov     w21, #2
        b       say_last

// Writes the text at x1 to standard error. x0, x2, x3 and x8 are lost.
say:
        mov     x2, #0
1:      ldrb    w3, [x1, x2]
        cbz     w3, 2f
        add     x2, x2, #1
        b       1b
2:      mov     x0, #2
        mov     x8, #sys_write
        svc     #0
        ret

// Executes the file x0 with the command's arguments, or has the shell do it. Returns the positive
// error number in w0.
execute:
        mov     x3, x0
        add     x1, x19, #16
        mov     x2, x20
        mov     x8, #sys_execve
        svc     #0
        neg     w0, w0
        cmp     w0, #ENOEXEC
        b.ne    1f
        adr     x0, shell
        stp     x0, x3, [x19, #8]
        add     x1, x19, #8
        svc     #0
        mov     w0, #ENOEXEC            // without a shell, it remains what it was
1:      ret

// Sets the mask of blocked signals to SET.
set_mask:
        mov     x0, #SIG_SETMASK
        add     x1, sp, #SET
        mov     x2, #0
        mov     x3, #SIGSET_SIZE
        mov     x8, #sys_rt_sigprocmask
        svc     #0
        ret

// Sets the disposition of signal w0 to ACTION.
set_action:
        add     x1, sp, #ACTION
        mov     x2, #0
        mov     x3, #SIGSET_SIZE
        mov     x8, #sys_rt_sigaction
        svc     #0
        ret

// prctl(x0, x1, 0, 0, 0)
prctl:
        mov     x2, #0
        mov     x3, #0
        mov     x4, #0
        mov     x8, #sys_prctl
        svc     #0
        ret

path_name:      .ascii  "PATH"
shell:          .asciz  "/bin/sh"
default_path:   .asciz  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
usage_text:     .asciz  "lighter-init: usage: docker-init -- COMMAND [ARGUMENT...]\n"
fork_text:      .asciz  "lighter-init: fork"
wait_text:      .asciz  "lighter-init: wait"
terminal_text:  .asciz  "lighter-init: terminal"
exec_text:      .asciz  "lighter-init: exec "
missing_text:   .asciz  ": No such file or directory\n"
denied_text:    .asciz  ": Permission denied\n"
error_text:     .asciz  ": error "
