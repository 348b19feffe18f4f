package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One program to run, execve(2)-like.
 *
 * @param path absolute path
 * @param args arguments with the program's name as the first; empty means the path alone
 * @param env environment as {@code NAME=value}
 * @param timeout seconds after which the hook is aborted, more than 0; absent means never
 */
public record Hook(String path, List<String> args, List<String> env, @Nullable Integer timeout) {
  public Hook {
    args = List.copyOf(args);
    env = List.copyOf(env);
  }
}
