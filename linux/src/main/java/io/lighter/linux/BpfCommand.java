package io.lighter.linux;

/** Commands of bpf(2): {@code enum bpf_cmd} of {@code <linux/bpf.h>}. */
final class BpfCommand {
  static final int BPF_PROG_LOAD = 5;
  static final int BPF_PROG_ATTACH = 8;
  static final int BPF_PROG_DETACH = 9;
  static final int BPF_PROG_GET_FD_BY_ID = 13;
  static final int BPF_OBJ_GET_INFO_BY_FD = 15;
  static final int BPF_PROG_QUERY = 16;

  private BpfCommand() {}
}
