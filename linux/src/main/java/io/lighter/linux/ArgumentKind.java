package io.lighter.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How an argument of a system call reads when the call is printed, in the manner of strace. */
interface ArgumentKind {

  /** Appends the argument's value to the text of a call. */
  void print(long value, StringBuilder text);

  /** The kinds that need no table of names. */
  enum Plain implements ArgumentKind {
    FD {
      @Override
      public void print(long value, StringBuilder text) {
        text.append((int) value);
      }
    },
    DIRFD {
      @Override
      public void print(long value, StringBuilder text) {
        if ((int) value == Fcntl.AT_FDCWD) {
          text.append("AT_FDCWD");
        } else {
          text.append((int) value);
        }
      }
    },
    PATH {
      @Override
      public void print(long value, StringBuilder text) {
        printString(value, text);
      }
    },
    STRING {
      @Override
      public void print(long value, StringBuilder text) {
        printString(value, text);
      }
    },
    /** A null-terminated array of strings, as argv is. */
    STRINGS {
      @Override
      public void print(long value, StringBuilder text) {
        if (value == 0) {
          text.append("NULL");
          return;
        }
        MemorySegment array = MemorySegment.ofAddress(value).reinterpret(8L * MAX_STRINGS);
        text.append('[');
        for (int i = 0; i < MAX_STRINGS; i++) {
          long element = array.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
          if (element == 0) {
            break;
          }
          if (i > 0) {
            text.append(", ");
          }
          printString(element, text);
        }
        text.append(']');
      }
    },
    NUMBER {
      @Override
      public void print(long value, StringBuilder text) {
        text.append(value);
      }
    },
    SIZE {
      @Override
      public void print(long value, StringBuilder text) {
        text.append(value);
      }
    },
    HEX {
      @Override
      public void print(long value, StringBuilder text) {
        if (value == 0) {
          text.append('0');
        } else {
          text.append("0x").append(Long.toHexString(value));
        }
      }
    },
    OCTAL {
      @Override
      public void print(long value, StringBuilder text) {
        text.append('0').append(Long.toOctalString(value));
      }
    },
    POINTER {
      @Override
      public void print(long value, StringBuilder text) {
        text.append(value == 0 ? "NULL" : "0x" + Long.toHexString(value));
      }
    },
    /** Bytes of a length that another argument gives; the address alone is printed. */
    BUFFER {
      @Override
      public void print(long value, StringBuilder text) {
        POINTER.print(value, text);
      }
    },
    /** A device number as mknod takes it. */
    DEVICE {
      @Override
      public void print(long value, StringBuilder text) {
        text.append("makedev(")
            .append(DeviceNumber.major(value))
            .append(", ")
            .append(DeviceNumber.minor(value))
            .append(')');
      }
    };

    private static final int MAX_STRINGS = 1 << 16;

    private static void printString(long address, StringBuilder text) {
      if (address == 0) {
        text.append("NULL");
        return;
      }
      String value = MemorySegment.ofAddress(address).reinterpret(1 << 20).getString(0);
      text.append('"');
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        switch (c) {
          case '\n' -> text.append("\\n");
          case '\t' -> text.append("\\t");
          case '"' -> text.append("\\\"");
          case '\\' -> text.append("\\\\");
          default -> {
            if (c < ' ' || c == 127) {
              text.append("\\x").append(Character.forDigit(c >> 4, 16));
              text.append(Character.forDigit(c & 15, 16));
            } else {
              text.append(c);
            }
          }
        }
      }
      text.append('"');
    }
  }
}
