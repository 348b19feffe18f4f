package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that reads a file.
 *
 * @param head what the file begins with
 * @param each of the two services in the file, with %1$d for its port and %2$d for the server's
 * @param tail what it ends with
 * @param command with FILE for the file's path and FOLDER for its folder
 */
record ProgramSubject(
    String name, String description, String head, String each, String tail, List<String> command)
    implements ProxySubject {
  static ProgramSubject haproxy(String version) {
    return new ProgramSubject(
        "haproxy",
        version + ", one thread, `option splice-auto`",
        """
        global
          nbthread 1
          maxconn 4000
        defaults
          mode tcp
          option splice-auto
          timeout connect 5s
          timeout client 1h
          timeout server 1h
        """,
        """
        listen s%1$d
          bind 127.0.0.1:%1$d
          server a 127.0.0.1:%2$d
        """,
        "",
        List.of("haproxy", "-f", "FILE"));
  }

  static ProgramSubject nginx(String version) {
    return new ProgramSubject(
        "nginx",
        version + ", the stream module, one worker, buffers of 64k",
        """
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        daemon off;
        master_process off;
        worker_processes 1;
        pid FOLDER/nginx.pid;
        error_log FOLDER/nginx.err;
        events { worker_connections 8000; }
        stream {
          tcp_nodelay on;
          proxy_buffer_size 64k;
        """,
        """
          server { listen 127.0.0.1:%1$d backlog=4096; proxy_pass 127.0.0.1:%2$d; }
        """,
        "}\n",
        List.of("nginx", "-p", "FOLDER", "-c", "FILE"));
  }

  static ProgramSubject lighter(List<String> java) {
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("proxy", "--config", "FILE"));
    return new ProgramSubject(
        "lighter",
        "`lighter proxy`, tier one, one thread",
        "tier: epoll\nthreads: 1\nservices:\n",
        "  s%1$d: {listen: '127.0.0.1:%1$d', endpoints: ['127.0.0.1:%2$d']}\n",
        "",
        command);
  }

  @Override
  public List<String> command(Path folder, List<PortPair> ports) throws IOException {
    StringBuilder text = new StringBuilder(head);
    ports.forEach(pair -> text.append(each.formatted(pair.front(), pair.back())));
    text.append(tail);
    Path file = folder.resolve(name + ".conf");
    Files.writeString(file, text.toString().replace("FOLDER", folder.toString()));
    return command.stream()
        .map(word -> word.replace("FILE", file.toString()).replace("FOLDER", folder.toString()))
        .toList();
  }

  @Override
  public String address(PortPair ports) {
    return "127.0.0.1";
  }

  @Override
  public int port(PortPair ports) {
    return ports.front();
  }
}
