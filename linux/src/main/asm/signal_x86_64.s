# The machine code of io.lighter.linux.SignalHandlerCode for x86-64: a signal handler that writes the
# signal's number, one byte, into a pipe. Java fills the pipe's descriptor in where 0x11223344
# stands. It may run on any thread, between any two instructions.
#
#   as --64 -o s.o signal_x86_64.s && objcopy -O binary -j .text s.o s.bin

        .intel_syntax noprefix
        .text

# void handler(int signal)
handler:
        push    rdi                     # little-endian: its first byte is the number
        mov     edi, 0x11223344         # the pipe
        mov     rsi, rsp
        mov     edx, 1
        mov     eax, 1                  # write
        syscall                         # a full pipe holds 65536 signals already: EAGAIN is lost
        pop     rdi
        ret

# Where the kernel returns to from the handler: SA_RESTORER, which x86-64 wants.
restorer:
        mov     eax, 15                 # rt_sigreturn
        syscall
