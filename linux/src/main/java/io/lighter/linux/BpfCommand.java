package io.lighter.linux;

/** Commands of bpf(2): {@code enum bpf_cmd} of {@code <linux/bpf.h>}. */
final class BpfCommand {
  static final int BPF_MAP_CREATE = 0;
  static final int BPF_MAP_LOOKUP_ELEM = 1;
  static final int BPF_MAP_UPDATE_ELEM = 2;
  static final int BPF_MAP_DELETE_ELEM = 3;
  static final int BPF_MAP_GET_NEXT_KEY = 4;
  static final int BPF_PROG_LOAD = 5;
  static final int BPF_PROG_ATTACH = 8;
  static final int BPF_PROG_DETACH = 9;
  static final int BPF_PROG_GET_NEXT_ID = 11;
  static final int BPF_MAP_GET_NEXT_ID = 12;
  static final int BPF_PROG_GET_FD_BY_ID = 13;
  static final int BPF_MAP_GET_FD_BY_ID = 14;
  static final int BPF_OBJ_GET_INFO_BY_FD = 15;
  static final int BPF_PROG_QUERY = 16;
  static final int BPF_BTF_LOAD = 18;
  static final int BPF_MAP_UPDATE_BATCH = 26;
  static final int BPF_MAP_DELETE_BATCH = 27;

  private BpfCommand() {}
}
