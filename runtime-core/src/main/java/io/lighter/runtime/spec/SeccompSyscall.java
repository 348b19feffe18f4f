package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a filter.
 *
 * @param names system calls by name, at least one; a name that the architecture lacks is skipped
 * @param action what happens on a match
 * @param errnoRet errno of the action, when it takes one; absent means EPERM
 * @param args conditions, all of which must hold
 */
public record SeccompSyscall(
    List<String> names, SeccompAction action, @Nullable Integer errnoRet, List<SeccompArg> args) {
  public SeccompSyscall {
    names = List.copyOf(names);
    args = List.copyOf(args);
  }
}
