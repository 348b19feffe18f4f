# The machine code of io.lighter.linux.MachineCode for x86-64. Its bytes stand in MachineCode.java;
# MachineCodeTest assembles this file and compares. Position-independent, no data, no stack use
# beyond the caller's.
#
#   as --64 -o x86_64.o x86_64.s && objcopy -O binary -j .text x86_64.o x86_64.bin

        .intel_syntax noprefix
        .text

# long system_call(long number, long a0, long a1, long a2, long a3, long a4, long a5)
# The C calling convention turned into the kernel's. Returns what the kernel returned: -errno is not
# split off, so there is no errno to capture.
system_call:
        mov     rax, rdi
        mov     rdi, rsi
        mov     rsi, rdx
        mov     rdx, rcx
        mov     r10, r8
        mov     r8, r9
        mov     r9, [rsp + 8]
        syscall
        ret

# long launch(long number, long a0, long a1, long a2, step *first, step *end, step **progress)
# The number is that of clone3 or of clone, and the arguments are its own. In the parent: what the
# call returned. The child never returns: it walks the steps. Its stack stays unused, so it may be
# small. What else the kernel finds in the registers of clone's last two arguments, no flag of ours
# makes it look at.
        .balign 16
launch:
        mov     r10, [rsp + 8]          # syscall destroys rcx and r11
        mov     rax, rdi
        mov     rdi, rsi
        mov     rsi, rdx
        mov     rdx, rcx
        syscall
        test    rax, rax
        jz      child
        ret

# rbx = the step, r12 = the end of the steps, r13 = where the progress is told
child:
        mov     rbx, r8
        mov     r12, r9
        mov     r13, r10
next:
        mov     [r13], rbx
        cmp     rbx, r12
        jae     finish
        movzx   r14d, word ptr [rbx + 64]
        mov     rdi, [rbx + 8]
        mov     rsi, [rbx + 16]
        mov     rdx, [rbx + 24]
        mov     r10, [rbx + 32]
        mov     r8, [rbx + 40]
        mov     r9, [rbx + 48]
        test    r14b, 1                 # an indirect argument is the address of its value
        jz      1f
        mov     rdi, [rdi]
1:      test    r14b, 2
        jz      1f
        mov     rsi, [rsi]
1:      test    r14b, 4
        jz      1f
        mov     rdx, [rdx]
1:      test    r14b, 8
        jz      1f
        mov     r10, [r10]
1:      test    r14b, 16
        jz      1f
        mov     r8, [r8]
1:      test    r14b, 32
        jz      1f
        mov     r9, [r9]
1:      mov     rax, [rbx]
        syscall
        mov     [rbx + 56], rax
        cmp     rax, -4095
        jae     failed
        add     rbx, 80
        jmp     next
failed:
        cmp     word ptr [rbx + 68], -1 # whatever the error
        je      tolerated
        neg     eax
        cmp     ax, [rbx + 68]
        je      tolerated
        cmp     ax, [rbx + 70]
        je      tolerated
        cmp     ax, [rbx + 72]
        je      tolerated
finish:
        mov     edi, 125
        mov     eax, 231                # exit_group
        syscall
        ud2
tolerated:
        movzx   eax, word ptr [rbx + 66]
        imul    eax, eax, 80
        lea     rbx, [rbx + rax + 80]
        jmp     next
