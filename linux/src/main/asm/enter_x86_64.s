# The machine code of io.lighter.linux.UserNamespaceEntry for x86-64. Its bytes stand there; a test
# assembles this file and compares. It is the whole of an executable, which starts at the first
# instruction:
#
#   lighter-enter NAMESPACE PROGRAM ARGUMENT0 [ARGUMENT...]
#
# joins the user namespace whose descriptor has the number NAMESPACE, takes mounts of its own there,
# becomes its root, and executes PROGRAM. A process of many threads, as a JVM is, could do none of
# the first two itself.
#
#   as --64 -o e.o enter_x86_64.s && objcopy -O binary -j .text e.o e.bin

        .intel_syntax noprefix
        .text

        .equ    sys_write, 1
        .equ    sys_execve, 59
        .equ    sys_setresuid, 117
        .equ    sys_setresgid, 119
        .equ    sys_exit_group, 231
        .equ    sys_unshare, 272
        .equ    sys_setns, 308

        .equ    CLONE_NEWNS, 0x00020000
        .equ    CLONE_NEWUSER, 0x10000000

enter:
        mov     rbp, rsp                # the number of arguments, and above it their addresses
        mov     rsi, [rbp + 16]
        xor     edi, edi                # the number in decimal digits
1:      movzx   eax, byte ptr [rsi]
        test    eax, eax
        jz      2f
        imul    edi, edi, 10
        lea     edi, [rdi + rax - '0']
        inc     rsi
        jmp     1b
2:      lea     rbx, [rip + setns_text]
        mov     esi, CLONE_NEWUSER
        mov     eax, sys_setns
        call    make

        lea     rbx, [rip + unshare_text]
        mov     edi, CLONE_NEWNS
        mov     eax, sys_unshare
        call    make

        lea     rbx, [rip + root_text]
        mov     eax, sys_setresgid
        call    become_root
        mov     eax, sys_setresuid
        call    become_root

        lea     rbx, [rip + exec_text]
        mov     rax, [rbp]
        mov     rdi, [rbp + 24]
        lea     rsi, [rbp + 32]
        lea     rdx, [rbp + 8 * rax + 16] # the environment is behind the arguments and a zero
        mov     eax, sys_execve         # and returns only with an error

# Makes the system call eax, which serves what rbx says, and ends this process when it fails.
make:
        syscall
        test    eax, eax
        js      failed
        ret

become_root:
        xor     edi, edi
        xor     esi, esi
        xor     edx, edx
        jmp     make

failed:
        mov     ebp, eax
        neg     ebp
        lea     rsi, [rip + name_text]
        call    say
        mov     rsi, rbx
        call    say
        lea     rsi, [rip + error_text]
        call    say
        sub     rsp, 16                 # the number, from its last digit
        lea     rsi, [rsp + 14]
        mov     word ptr [rsi], '\n'    # and the end of the text
        mov     eax, ebp
        mov     ecx, 10
1:      xor     edx, edx
        div     ecx
        add     dl, '0'
        dec     rsi
        mov     [rsi], dl
        test    eax, eax
        jnz     1b
        call    say
        mov     edi, 125
        mov     eax, sys_exit_group
        syscall
        ud2

# Writes the text at rsi to standard error.
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

name_text:
        .asciz  "lighter: the user namespace cannot be entered: "
setns_text:
        .asciz  "setns(CLONE_NEWUSER)"
unshare_text:
        .asciz  "unshare(CLONE_NEWNS)"
root_text:
        .asciz  "becoming its root"
exec_text:
        .asciz  "execve of Java"
error_text:
        .asciz  ": error "
