// The machine code of io.lighter.linux.UserNamespaceEntry for aarch64; enter_x86_64.s says what it
// does and why. A system call preserves every register but x0.
//
//   aarch64-linux-gnu-as -o e.o enter_aarch64.s
//   aarch64-linux-gnu-objcopy -O binary -j .text e.o e.bin

        .text

        .equ    sys_write, 64
        .equ    sys_exit_group, 94
        .equ    sys_unshare, 97
        .equ    sys_setresuid, 147
        .equ    sys_setresgid, 149
        .equ    sys_execve, 221
        .equ    sys_setns, 268

        .equ    CLONE_NEWNS, 0x00020000
        .equ    CLONE_NEWUSER, 0x10000000

enter:
        mov     x19, sp                 // the number of arguments, and above it their addresses
        ldr     x1, [x19, #16]
        mov     x0, #0                  // the number in decimal digits
        mov     x3, #10
1:      ldrb    w2, [x1], #1
        cbz     w2, 2f
        sub     w2, w2, #'0'
        madd    x0, x0, x3, x2
        b       1b
2:      adr     x20, setns_text
        mov     x1, #CLONE_NEWUSER
        mov     x8, #sys_setns
        bl      make

        adr     x20, unshare_text
        mov     x0, #CLONE_NEWNS
        mov     x8, #sys_unshare
        bl      make

        adr     x20, root_text
        mov     x8, #sys_setresgid
        bl      become_root
        mov     x8, #sys_setresuid
        bl      become_root

        adr     x20, exec_text
        ldr     x2, [x19]
        add     x2, x19, x2, lsl #3
        add     x2, x2, #16             // the environment is behind the arguments and a zero
        ldr     x0, [x19, #24]
        add     x1, x19, #32
        mov     x8, #sys_execve         // and returns only with an error

// Makes the system call x8, which serves what x20 says, and ends this process when it fails.
make:
        svc     #0
        tbnz    x0, #63, failed
        ret

become_root:
        mov     x0, #0
        mov     x1, #0
        mov     x2, #0
        b       make

failed:
        neg     w21, w0
        adr     x1, name_text
        bl      say
        mov     x1, x20
        bl      say
        adr     x1, error_text
        bl      say
        sub     sp, sp, #16             // the number, from its last digit
        add     x1, sp, #14
        mov     w0, #'\n'               // and the end of the text
        strh    w0, [x1]
        mov     w2, #10
1:      udiv    w3, w21, w2
        msub    w0, w3, w2, w21
        add     w0, w0, #'0'
        strb    w0, [x1, #-1]!
        mov     w21, w3
        cbnz    w21, 1b
        bl      say
        mov     x0, #125
        mov     x8, #sys_exit_group
        svc     #0

// Writes the text at x1 to standard error.
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
