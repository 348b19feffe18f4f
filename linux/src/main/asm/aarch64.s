// The machine code of io.lighter.linux.MachineCode for aarch64; x86_64.s says what each part does.
//
//   aarch64-linux-gnu-as -o aarch64.o aarch64.s
//   aarch64-linux-gnu-objcopy -O binary -j .text aarch64.o aarch64.bin

        .text

// long system_call(long number, long a0, long a1, long a2, long a3, long a4, long a5)
system_call:
        mov     x8, x0
        mov     x0, x1
        mov     x1, x2
        mov     x2, x3
        mov     x3, x4
        mov     x4, x5
        mov     x5, x6
        svc     #0
        ret

// long launch(long number, long a0, long a1, long a2, step *first, step *end, step **progress)
        .balign 16
launch:
        mov     x8, x0
        mov     x0, x1
        mov     x1, x2
        mov     x2, x3
        svc     #0
        cbz     x0, child
        ret

// x19 = the step, x20 = the end of the steps, x21 = where the progress is told
child:
        mov     x19, x4
        mov     x20, x5
        mov     x21, x6
next:
        str     x19, [x21]
        cmp     x19, x20
        b.hs    finish
        ldrh    w22, [x19, #64]
        ldp     x0, x1, [x19, #8]
        ldp     x2, x3, [x19, #24]
        ldp     x4, x5, [x19, #40]
        tbz     w22, #0, 1f             // an indirect argument is the address of its value
        ldr     x0, [x0]
1:      tbz     w22, #1, 1f
        ldr     x1, [x1]
1:      tbz     w22, #2, 1f
        ldr     x2, [x2]
1:      tbz     w22, #3, 1f
        ldr     x3, [x3]
1:      tbz     w22, #4, 1f
        ldr     x4, [x4]
1:      tbz     w22, #5, 1f
        ldr     x5, [x5]
1:      ldr     x8, [x19]
        svc     #0
        str     x0, [x19, #56]
        cmn     x0, #4095               // carry: one of the 4095 error numbers
        b.hs    failed
        add     x19, x19, #80
        b       next
failed:
        neg     w0, w0
        ldrh    w1, [x19, #68]
        mov     w2, #0xffff             // whatever the error
        cmp     w1, w2
        b.eq    tolerated
        cmp     w0, w1
        b.eq    tolerated
        ldrh    w1, [x19, #70]
        cmp     w0, w1
        b.eq    tolerated
        ldrh    w1, [x19, #72]
        cmp     w0, w1
        b.eq    tolerated
finish:
        mov     x0, #125
        mov     x8, #94                 // exit_group
        svc     #0
        brk     #0
tolerated:
        ldrh    w0, [x19, #66]
        mov     w1, #80
        umaddl  x19, w0, w1, x19
        add     x19, x19, #80
        b       next
