# The first process of a container that was asked to have an init, for x86-64. Its bytes stand in
# InitCode.java; InitCodeTest assembles this file and compares. ContainerInit makes an executable
# of them, which starts at the first instruction.
#
#   as --64 -o init.o init-x86_64.s && objcopy -O binary -j .text init.o init.bin
#
#   docker-init -- COMMAND [ARGUMENT...]
#
# starts the command in a process group of its own, to which the terminal then belongs, passes
# every signal on to it, reaps what is orphaned in the container, and ends as the command ends: with
# its status, or with 128 and the number of the signal. 126 and 127 say that it could not be
# executed or is not there, 2 that there is no command.
#
# It has no data: what is written lies on the stack. It keeps its standard streams open, because
# programs write to /proc/1/fd/1 and mean the output of the container. A system call preserves
# every register but rax, rcx and r11.

        .intel_syntax noprefix
        .text

        .equ    sys_write, 1
        .equ    sys_rt_sigaction, 13
        .equ    sys_rt_sigprocmask, 14
        .equ    sys_ioctl, 16
        .equ    sys_getpid, 39
        .equ    sys_clone, 56
        .equ    sys_execve, 59
        .equ    sys_wait4, 61
        .equ    sys_kill, 62
        .equ    sys_setpgid, 109
        .equ    sys_rt_sigtimedwait, 128
        .equ    sys_prctl, 157
        .equ    sys_exit_group, 231

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

        # A fault of ours must end us, and what is ignored must not be waited for.
        .equ    FAULTS, 1 << (SIGILL - 1) | 1 << (SIGTRAP - 1) | 1 << (SIGABRT - 1) | 1 << (SIGBUS - 1) | 1 << (SIGFPE - 1) | 1 << (SIGSEGV - 1) | 1 << (SIGSYS - 1)
        .equ    IGNORED, 1 << (SIGTTIN - 1) | 1 << (SIGTTOU - 1)
        .equ    WAITED_FOR, ~(FAULTS | IGNORED)

        .equ    SIG_DFL, 0
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

        # What lies on the stack, from rsp.
        .equ    SET, 0                  # a sigset_t
        .equ    VALUE, 8                # the wait status; the process group
        .equ    ACTION, 16              # the kernel's struct sigaction, 32 bytes, all 0 but its
                                        # handler
        .equ    FRAME, 48

# r12 = argv, r13 = envp, rbp = the command's name, ebx = an error number, positive
start:
        mov     rbx, [rsp]              # argc
        cmp     rbx, 3
        jb      usage
        lea     r12, [rsp + 8]
        lea     r13, [r12 + rbx * 8 + 8]
        mov     rax, [r12 + 8]
        cmp     word ptr [rax], '-' << 8 | '-'
        jne     usage
        cmp     byte ptr [rax + 2], 0
        jne     usage
        mov     rbp, [r12 + 16]

# Blocked from here on, a signal waits for us, even one whose default is to be ignored and even for
# process 1, which the kernel spares what it has no handler for.
        sub     rsp, FRAME
        mov     qword ptr [rsp + SET], WAITED_FOR
        call    set_mask
        xor     eax, eax
        mov     [rsp + ACTION + 8], rax
        mov     [rsp + ACTION + 16], rax
        mov     [rsp + ACTION + 24], rax
        mov     qword ptr [rsp + ACTION], SIG_IGN
        mov     edi, SIGTTIN            # the terminal will be the command's; we may write to it
        call    set_action
        mov     edi, SIGTTOU
        call    set_action
        mov     qword ptr [rsp + ACTION], SIG_DFL
        mov     edi, SIGCHLD            # where it was ignored, there would be nothing to wait for
        call    set_action

# Process 1 gets the orphans anyway; in the host's PID namespace we have to ask for them.
        mov     edi, PR_SET_CHILD_SUBREAPER
        mov     esi, 1
        call    prctl

        mov     edi, SIGCHLD            # a fork: nothing is shared, the stack is a copy
        xor     esi, esi
        xor     edx, edx
        xor     r10d, r10d
        xor     r8d, r8d
        mov     eax, sys_clone
        syscall
        lea     rsi, [rip + fork_text]
        test    eax, eax
        js      failed_call
        jz      child

# r14d = the child
        mov     r14d, eax
wait:
        lea     rdi, [rsp + SET]
        xor     esi, esi                # not interested in the sender
        xor     edx, edx                # for ever
        mov     r10d, SIGSET_SIZE
        mov     eax, sys_rt_sigtimedwait
        syscall
        cmp     eax, SIGCHLD
        je      reap
        cmp     eax, -EINTR             # we were stopped, and go on
        je      wait
        lea     rsi, [rip + wait_text]
        test    eax, eax
        js      failed_call
        mov     edi, r14d               # it is not reaped yet, so that the number is still its own
        mov     esi, eax
        mov     eax, sys_kill
        syscall                         # whoever changed its user may not be signalled any more
        jmp     wait

# One SIGCHLD may stand for many.
reap:
        mov     edi, -1
        lea     rsi, [rsp + VALUE]
        mov     edx, WNOHANG
        xor     r10d, r10d
        mov     eax, sys_wait4
        syscall
        test    eax, eax
        jz      wait
        lea     rsi, [rip + wait_text]
        js      failed_call
        cmp     eax, r14d
        jne     reap
        mov     eax, [rsp + VALUE]
        mov     edi, eax
        and     edi, 0x7f               # the signal that ended it
        jz      1f
        add     edi, 128
        jmp     exit
1:      movzx   edi, ah                 # what it said itself
exit:
        mov     eax, sys_exit_group
        syscall

child:
        mov     edi, PR_SET_PDEATHSIG   # nobody else would end it in the host's PID namespace
        mov     esi, SIGKILL
        call    prctl
        xor     edi, edi
        xor     esi, esi
        mov     eax, sys_setpgid
        syscall
        mov     eax, sys_getpid
        syscall
        mov     [rsp + VALUE], eax
        xor     edi, edi
        mov     esi, TIOCSPGRP
        lea     rdx, [rsp + VALUE]
        mov     eax, sys_ioctl          # from the background, which only SIGTTOU would forbid
        syscall
        cmp     eax, -ENOTTY            # there is no terminal, or it is not ours
        je      1f
        cmp     eax, -ENXIO
        je      1f
        lea     rsi, [rip + terminal_text]
        test    eax, eax
        js      failed_call

# What arrived meanwhile is ours or blocked. The rest was ignored by who started us, perhaps.
1:      mov     ebx, LAST_SIGNAL
2:      mov     edi, ebx
        call    set_action              # to SIG_DFL still; SIGKILL and SIGSTOP refuse
        dec     ebx
        jnz     2b
        mov     qword ptr [rsp + SET], 0
        call    set_mask

# execvp(3), except that a PATH which is empty counts as none.
# r14 = the length of the name with its end, r15 = what is left of PATH
        mov     ebx, ENOENT
        cmp     byte ptr [rbp], 0
        je      not_executed
        mov     rsi, rbp
1:      lodsb
        cmp     al, '/'
        je      as_it_is
        test    al, al
        jnz     1b
        mov     r14, rsi
        sub     r14, rbp
        mov     eax, ENAMETOOLONG
        cmp     r14, NAME_MAX + 1
        ja      give_up

        lea     r15, [rip + default_path]
        mov     rdx, r13
next_variable:
        mov     rax, [rdx]
        test    rax, rax
        jz      search
        add     rdx, 8
        cmp     dword ptr [rax], 'H' << 24 | 'T' << 16 | 'A' << 8 | 'P'
        jne     next_variable
        cmp     byte ptr [rax + 4], '='
        jne     next_variable
        cmp     byte ptr [rax + 5], 0
        je      next_variable
        lea     r15, [rax + 5]

search:
        sub     rsp, PATH_MAX           # the candidate is put together at rsp
next_entry:
        mov     rsi, r15
1:      mov     al, [r15]
        inc     r15
        test    al, al
        jz      2f
        cmp     al, ':'
        jne     1b
2:      lea     rcx, [r15 - 1]          # r15 is behind what ends the entry
        sub     rcx, rsi
        lea     rax, [rcx + r14 + 1]
        cmp     rax, PATH_MAX
        ja      skip                    # no path can be so long
        mov     rdi, rsp
        jrcxz   3f
        rep movsb
        jmp     4f
3:      mov     byte ptr [rdi], '.'     # an empty entry is the working folder
        inc     rdi
4:      mov     byte ptr [rdi], '/'
        inc     rdi
        mov     rsi, rbp
        mov     rcx, r14
        rep movsb
        mov     rdi, rsp
        call    execute
        cmp     eax, ENOENT
        je      skip
        cmp     eax, ENOTDIR
        je      skip
        cmp     eax, ESTALE             # the last three: a folder on a server that is away
        je      skip
        cmp     eax, ENODEV
        je      skip
        cmp     eax, ETIMEDOUT
        je      skip
        cmp     eax, EACCES             # another folder may have one that can be executed
        jne     give_up
        mov     ebx, eax
skip:
        cmp     byte ptr [r15 - 1], 0
        jne     next_entry
        jmp     not_executed

as_it_is:
        mov     rdi, rbp
        call    execute
give_up:
        mov     ebx, eax
not_executed:
        lea     rsi, [rip + exec_text]
        call    say
        mov     rsi, rbp
        call    say
        jmp     say_why

# A call of ours failed: rsi = which, eax = the negative error number
failed_call:
        mov     ebx, eax
        neg     ebx
        call    say

# Ends with 127 for what does not exist, with 126 for any other error.
say_why:
        mov     ebp, 127
        lea     rsi, [rip + missing_text]
        cmp     ebx, ENOENT
        je      say_last
        dec     ebp
        lea     rsi, [rip + denied_text]
        cmp     ebx, EACCES
        je      say_last
        lea     rsi, [rip + error_text]
        call    say
        sub     rsp, 16                 # the number, from its last digit
        lea     rsi, [rsp + 14]
        mov     word ptr [rsi], '\n'    # and the end of the text
        mov     eax, ebx
        mov     ecx, 10
1:      xor     edx, edx
        div     ecx
        add     dl, '0'
        dec     rsi
        mov     [rsi], dl
        test    eax, eax
        jnz     1b
say_last:
        call    say
        mov     edi, ebp
        jmp     exit

usage:
        lea     rsi, [rip + usage_text]
        mov     ebp, 2
        jmp     say_last

# Writes the text at rsi to standard error. rsi and all that a system call changes is lost, rdi and
# rdx too.
say:
        xor     edx, edx
1:      cmp     byte ptr [rsi + rdx], 0
        je      2f
        inc     rdx
        jmp     1b
2:      mov     edi, 2
        mov     eax, sys_write
        syscall
        ret

# Executes the file rdi with the command's arguments; a file that the kernel knows no loader for is
# a script of the shell's. Returns the positive error number in eax. The two dashes have left room
# for one argument more.
execute:
        lea     rsi, [r12 + 16]
        mov     rdx, r13
        mov     eax, sys_execve
        syscall
        neg     eax
        cmp     eax, ENOEXEC
        jne     1f
        mov     [r12 + 16], rdi
        lea     rdi, [rip + shell]
        mov     [r12 + 8], rdi
        lea     rsi, [r12 + 8]
        mov     eax, sys_execve
        syscall
        mov     eax, ENOEXEC            # without a shell, it remains what it was
1:      ret

# The next three are called with the frame right above their return address.

# Sets the mask of blocked signals to SET.
set_mask:
        mov     edi, SIG_SETMASK
        lea     rsi, [rsp + 8 + SET]
        xor     edx, edx
        mov     r10d, SIGSET_SIZE
        mov     eax, sys_rt_sigprocmask
        syscall
        ret

# Sets the disposition of signal edi to ACTION. Neither needs a restorer, having no handler.
set_action:
        lea     rsi, [rsp + 8 + ACTION]
        xor     edx, edx
        mov     r10d, SIGSET_SIZE
        mov     eax, sys_rt_sigaction
        syscall
        ret

# prctl(edi, esi, 0, 0, 0)
prctl:
        xor     edx, edx
        xor     r10d, r10d
        xor     r8d, r8d
        mov     eax, sys_prctl
        syscall
        ret

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
