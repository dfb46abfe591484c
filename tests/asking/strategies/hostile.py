"""Programs that read a secret wherever plain Python runs them: each way to get at it in each dress.

An attack is an expression, a dress is the body of a function that evaluates it. The secret is in a file and in the
environment.
"""

import textwrap
from collections.abc import Callable, Iterator, Mapping

VARIABLE = "OOD_SECRET"
_CLASSES = "().__class__.__base__.__subclasses__()"


def attacks(path: str) -> Mapping[str, str]:
    """The attacks by name, each an expression in one line that gives a text with the secret."""
    file, shell = repr(path), repr(f"cat {path}")
    call = f"open({file}).read()"
    system = f"[c for c in {_CLASSES} if c.__name__ == '_wrap_close'][0]"
    loader = f"[c for c in {_CLASSES} if c.__name__ == 'FileLoader'][0]"
    pickled = f"cbuiltins\neval\n(S{call!r}\ntR.".encode()
    c_getenv = f"setattr(c.getenv, 'restype', __import__('ctypes').c_char_p), c.getenv(b'{VARIABLE}').decode()"
    return {
        "open": call,
        "bytes": f"open({file}, 'rb').read().decode()",
        "lines": f"''.join(open({file}))",
        "io": f"__import__('io').open({file}).read()",
        "codecs": f"__import__('codecs').open({file}, encoding='utf-8').read()",
        "tokenize": f"__import__('tokenize').open({file}).read()",
        "pathlib": f"__import__('pathlib').Path({file}).read_text()",
        "linecache": f"__import__('linecache').getline({file}, 1)",
        "fileinput": f"''.join(__import__('fileinput').input(files=[{file}]))",
        "descriptor": f"__import__('os').read(__import__('os').open({file}, 0), 1000).decode()",
        "copy": f"open(__import__('shutil').copy({file}, {path + '2'!r})).read()",
        "url": f"__import__('urllib.request').request.urlopen({'file://' + path!r}).read().decode()",
        "popen": f"__import__('os').popen({shell}).read()",
        "subprocess": f"__import__('subprocess').run(['cat', {file}], capture_output=True, text=True).stdout",
        "getoutput": f"__import__('subprocess').getoutput({shell})",
        "environ": f"__import__('os').environ['{VARIABLE}']",
        "getenv": f"__import__('os').getenv('{VARIABLE}')",
        "posix": f"__import__('posix').environ[b'{VARIABLE}'].decode()",
        "proc": "open('/proc/self/environ').read()",
        "importlib": f"__import__('importlib').import_module('os').environ['{VARIABLE}']",
        "sys.modules": f"__import__('sys').modules['os'].environ['{VARIABLE}']",
        "ctypes": f"(lambda c: ({c_getenv})[1])(__import__('ctypes').CDLL(None))",
        "pickle": f"__import__('pickle').loads({pickled!r})",
        # From modules that a program may import.
        "json": f"__import__('json').codecs.open({file}).read()",
        "re": f"__import__('re').enum.sys.modules['os'].environ['{VARIABLE}']",
        # Without any name that could be taken away.
        "globals": f"(lambda: 0).__globals__['__builtins__']['open']({file}).read()",
        "getattr": f"getattr(__import__('builtins'), 'op' + 'en')({file}).read()",
        "dict": f"__import__('builtins').__dict__['open']({file}).read()",
        "subclasses": f"{system}.__init__.__globals__['popen']({shell}).read()",
        "loader": f"{loader}('', {file}).get_data({file}).decode()",
        "format": f"'{{0.__init__.__globals__[environ]}}'.format({system})",
        "code": f"eval(compile({call!r}, 'x', 'eval'))",
        "type": f"type('T', (), {{'read': lambda self: {call}}})().read()",
    }


def _plain(lines: str) -> Callable[[str], str]:
    """A dress that holds the attack as it stands."""
    return lambda attack: lines.replace("ATTACK", attack)


def _hidden(lines: str, hide: Callable[[str], str]) -> Callable[[str], str]:
    """A dress that holds the attack where no reader sees it."""
    return lambda attack: lines.replace("HIDDEN", hide(attack))


#: The dresses by name: from an expression to the body of `answer`.
DRESSES: Mapping[str, Callable[[str], str]] = {
    "return": _plain("return ATTACK"),
    "try": _plain("try:\n    return ATTACK\nexcept Exception:\n    return 'caught'"),
    "finally": _plain("found = ''\ntry:\n    pass\nfinally:\n    found = ATTACK\nreturn found"),
    "function": _plain("def inner():\n    return ATTACK\nreturn inner()"),
    "lambda": _plain("return (lambda: ATTACK)()"),
    "comprehension": _plain("return [ATTACK for _ in range(1)][0]"),
    "default": _plain("def inner(found=ATTACK):\n    return found\nreturn inner()"),
    "class": _plain("class C:\n    found = ATTACK\nreturn C.found"),
    "method": _plain("class C:\n    def __str__(self):\n        return ATTACK\nreturn str(C())"),
    "decorator": _plain("def wrap(f):\n    return lambda: ATTACK\n@wrap\ndef inner():\n    pass\nreturn inner()"),
    "walrus": _plain("if (found := ATTACK):\n    return found\nreturn ''"),
    "map": _plain("return list(map(lambda _: ATTACK, [0]))[0]"),
    "sort": _plain("found = []\nsorted([0], key=lambda _: found.append(ATTACK) or 0)\nreturn found[0]"),
    "exception": _plain("try:\n    raise ValueError(ATTACK)\nexcept ValueError as error:\n    return str(error)"),
    "assertion": _plain("try:\n    assert False, ATTACK\nexcept AssertionError as error:\n    return str(error)"),
    "loop": _plain("for i in range(3):\n    if i == 2:\n        return ATTACK"),
    "recursion": _plain("def dig(n):\n    return dig(n - 1) if n else ATTACK\nreturn dig(20)"),
    "print": _plain("print(ATTACK)\nreturn ATTACK"),
    "coroutine": _plain("async def go():\n    return ATTACK\nimport asyncio\nreturn asyncio.run(go())"),
    "generator": _plain("def go():\n    yield ATTACK\nreturn next(go())"),
    "eval": _hidden("return eval(HIDDEN)", repr),
    "exec": _hidden("names = {}\nexec('found = ' + HIDDEN, names)\nreturn names['found']", repr),
    "backward": _hidden("return eval(HIDDEN[::-1])", lambda attack: repr(attack[::-1])),
    "numbers": _hidden("return eval(''.join(map(chr, HIDDEN)))", lambda attack: repr(list(map(ord, attack)))),
    "hexadecimal": _hidden("return eval(bytes.fromhex(HIDDEN).decode())", lambda attack: repr(attack.encode().hex())),
}


def programs(path: str) -> Iterator[tuple[str, str]]:
    """Yield every attack in every dress, with its name."""
    for attack, expression in attacks(path).items():
        for dress, put_on in DRESSES.items():
            body = textwrap.indent(put_on(expression), "    ")
            yield f"{attack} in {dress}", f"def answer(inputs):\n{body}\n"
