"""A client in the cgroup: reads an expression a line, and answers with what it is."""
import collections, errno, socket, sys, time

kept = {}

def family(host):
    return socket.AF_INET6 if ':' in host else socket.AF_INET

def attempt(what):
    try:
        return what()
    except socket.timeout as e:
        return errno.errorcode.get(e.errno, 'timeout')
    except OSError as e:
        return errno.errorcode[e.errno]

def line(s):
    data = b''
    while not data.endswith(b'\n'):
        more = s.recv(64)
        if not more:
            return 'EOF'
        data += more
    return data.decode().strip()

def tcp(host, port, v6=False):
    """Who answers a new connection."""
    def connect():
        with socket.socket(socket.AF_INET6 if v6 else family(host)) as s:
            s.settimeout(5)
            s.connect((host, port))
            return line(s)
    return attempt(connect)

def tcps(n, host, port):
    return dict(collections.Counter(tcp(host, port) for _ in range(n)))

def peer(host, port, kind=socket.SOCK_STREAM, v6=False):
    with socket.socket(socket.AF_INET6 if v6 else family(host), kind) as s:
        s.settimeout(5)
        s.connect((host, port))
        return '%s %d' % s.getpeername()[:2]

def keep(name, host, port, kind=socket.SOCK_STREAM):
    s = socket.socket(family(host), kind)
    s.settimeout(5)
    kept[name] = s
    def connect():
        s.connect((host, port))
        return line(s) if kind == socket.SOCK_STREAM else 'connected'
    return attempt(connect)

def say(name):
    """Another question on a connection that was kept."""
    def ask():
        kept[name].send(b'?')
        return line(kept[name])
    return attempt(ask)

def drop(name):
    kept.pop(name).close()
    return ''

def open_udp(name, v6=False):
    kept[name] = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM)
    kept[name].settimeout(5)
    return ''

def udp(name, host, port):
    """Who answers a datagram of a socket that is not connected, and from where."""
    def ask():
        kept[name].sendto(b'?', (host, port))
        data, source = kept[name].recvfrom(64)
        return '%s %s %d' % (data.decode(), source[0], source[1])
    return attempt(ask)

def udps(n, host, port):
    def one():
        open_udp('one')
        answer = udp('one', host, port).split(' ')[0]
        drop('one')
        return answer
    return dict(collections.Counter(one() for _ in range(n)))

def bind(host, port, kind=socket.SOCK_STREAM):
    def do():
        with socket.socket(family(host), kind) as s:
            s.bind((host, port))
            return 'bound'
    return attempt(do)

def open_tcp(name):
    """A socket, by the number that the kernel has for it: SO_COOKIE."""
    kept[name] = socket.socket()
    return int.from_bytes(kept[name].getsockopt(socket.SOL_SOCKET, 57, 8), sys.byteorder)

def bind_kept(name, host, port):
    return attempt(lambda: kept[name].bind((host, port)) or 'bound')

def flood(seconds, host, port):
    """New connections as fast as they come, and what became of them."""
    end = time.monotonic() + seconds
    results = collections.Counter()
    while time.monotonic() < end:
        results[tcp(host, port)] += 1
    return dict(results)

print('ready', flush=True)
for text in sys.stdin:
    print(eval(text), flush=True)
