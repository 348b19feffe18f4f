"""A client in the cgroup: reads an expression a line, and answers with what it is."""
import collections, errno, hashlib, os, resource, socket, struct, sys, time

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

def keep_many(n, host, port):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return dict(collections.Counter(keep('many%d' % i, host, port) for i in range(n)))

def peers_of_many():
    many = [s for name, s in kept.items() if name.startswith('many')]
    return dict(collections.Counter(attempt(lambda: '%s/%d' % s.getpeername()[:2]) for s in many))

def drop_many():
    for name in [name for name in kept if name.startswith('many')]:
        drop(name)
    return ''

def insist(n, *places):
    """Connects one socket that blocks to one place after the other, n times in all."""
    with socket.socket(family(places[0][0])) as s:
        return [attempt(lambda: s.connect(places[i % len(places)]) or 'connected') for i in range(n)]

def say(name):
    """Another question on a connection that was kept."""
    def ask():
        kept[name].send(b'?')
        return line(kept[name])
    return attempt(ask)

def drop(name):
    kept.pop(name).close()
    return ''

def listen(name, host, v6=False, defer=False, port=0):
    """Returns the port."""
    s = socket.socket(socket.AF_INET6 if v6 else family(host))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if defer:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 5)
    s.bind((host, port))
    s.listen(100)
    kept[name] = s
    return s.getsockname()[1]

def listen_full(name, host):
    """A listener that takes nobody any more; returns the port."""
    s = kept[name] = socket.socket(family(host))
    s.bind((host, 0))
    s.listen(0)
    while True:
        waiting = kept[name + str(len(kept))] = socket.socket(family(host))
        waiting.settimeout(0.5)
        try:
            waiting.connect(s.getsockname())
        except socket.timeout:
            return s.getsockname()[1]

def hasty(n, patience, host, port):
    """What becomes of connects by clients that wait for so long."""
    def connect():
        with socket.socket(family(host)) as s:
            s.settimeout(patience)
            return attempt(lambda: s.connect((host, port)) or 'connected')
    return dict(collections.Counter(connect() for _ in range(n)))

def pair(name, listener, host, port, v6=False):
    """Both ends of a new connection: the name for the client's, with an s behind it for the other."""
    s = socket.socket(socket.AF_INET6 if v6 else family(host))
    s.settimeout(5)
    def connect():
        s.connect((host, port))
        kept[name] = s
        accept(name + 's', listener)
        return 'connected'
    return attempt(connect)

def dial(name, host, port):
    s = socket.socket(family(host))
    s.settimeout(5)
    kept[name] = s
    return attempt(lambda: s.connect((host, port)) or 'connected')

def accept(name, listener):
    kept[name] = kept[listener].accept()[0]
    kept[name].settimeout(5)
    return 'accepted'

def read(name, n):
    data = bytearray()
    while len(data) < n:
        more = kept[name].recv(min(n - len(data), 1 << 16))
        if not more:
            break
        data += more
    return bytes(data)

def swap(name, n, times=1, pause=0):
    """Sends in both directions, one after the other; whether all arrives."""
    for i in range(times):
        for one, other in (name, name + 's'), (name + 's', name):
            data = os.urandom(n)
            kept[one].sendall(data)
            if read(other, n) != data:
                return False
        time.sleep(pause)
    return True

def by_tcp(name):
    """How many bytes a socket has sent by TCP: tcpi_bytes_sent, without tcpi_bytes_retrans."""
    info = kept[name].getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 216)
    sent, again = struct.unpack_from('QQ', info, 200)
    return sent - again

def stuff(name, size):
    """Sends until nothing more goes in; returns how much did."""
    kept[name].settimeout(1)
    kept[name + ' digest'] = hashlib.sha256()
    sent = 0
    data = os.urandom(size)
    try:
        while True:
            n = kept[name].send(data)
            kept[name + ' digest'].update(data[:n])
            sent += n
    except socket.timeout:
        return sent

def same(name, sent):
    """Whether the other end reads what was stuffed in."""
    digest = kept[name + ' digest'].digest()
    return hashlib.sha256(read(name + 's', sent)).digest() == digest

def reset(name):
    kept[name].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    return drop(name)

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

def udps_connected(n, host, port):
    def one():
        with socket.socket(family(host), socket.SOCK_DGRAM) as s:
            s.settimeout(5)
            s.connect((host, port))
            return attempt(lambda: (s.send(b'?'), s.recv(64))[1].decode())
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
