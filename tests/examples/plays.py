"""One play of every example: the keys, and what must then stand on the screen.

The keys are typed ahead, so a program that counts until a key comes has the seed 0 and plays the same game each time.
"""

from typing import Final

_STAR_MOVES: Final = (
    "aa ddddddddd aaa aaaaaaaa dddddddddddd aaaaaaaaaaaa a dddddddddddd aa aaaaaaa a ddddddddddd aa a aaaaaaaaa"
)


def _fields(names: str) -> str:
    return "".join(f"{name}\r" for name in names.split())


def _falling_stars() -> str:
    """The moves of the basket for every star; each falls while 30 keys are looked for."""
    return "".join(moves.ljust(30, ".") for moves in _STAR_MOVES.split(" "))


PLAYS: Final[dict[str, tuple[str, str]]] = {
    # benchmarks
    "COLLATZ": ("", " 231 takes 127 steps, up to 9232 \n"),
    "EDIGITS": ("", "e = 2.\n7182818284 5904523536 0287471352 6624977572 4709369995 \n"),
    "FACTOR": ("", "30! = 2 6525 2859 8121 9105 8636 3084 8000 0000\n"),
    "HANOI": ("", " 10 discs need 1023 moves.\nThe formula 2^N-1 says 1023 \n"),
    "MANDEL": ("", "\n   @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@-:........         \n"),
    "MATRIX": ("", "  7.00000  8.00000  9.00000 10.00000 11.00000 12.00000\n"),
    "PIDIGITS": ("", "PI = 3.1415926535 8979323846 2643383279 5028841971 6939937510 5820974944 \n"),
    "QUEENS": ("", ". . . Q . . . . \nThere are 92 solutions.\n"),
    "SIEVE": ("", " 1007 primes up to 8000 - the last is 7993 \n"),
    "SORTS": ("", "Bubble           11097  sorted\nShell             1352  sorted\nQuicksort         1625  sorted\n"),
    "WORDS": ("", "EHT KCIUQ NWORB XOF SPMUJ"),
    # data files
    "ADDRESS": (
        "a\rAda\rLondon\r12\rA\rTom\rOak\r99\rd\r1\ra\rZed\rRome\r7\rc\r2\rTim\rBonn\r3\rf\rBonn\rl\rq\r",
        "  1 Zed                      Rome                     7               \n"
        "  2 Tim                      Bonn                     3               \n 2 entries.\n",
    ),
    "CIPHER": ("Meet me at noon\rKEY\rKEY\r", "It says: Meet me at noon\n"),
    "CSV": ("", 'Kurtz, "Tom"         Oak Park      96\n'),
    "DIARY": ("Hello\rSecond\r\r", "All of it:\n  1: Hello\n  2: Second\n"),
    "INDEX": ("iron\roxygen\r\r", "There is no IRON.\n\nElement (Enter to finish)? oxygen\nOXYGEN       number 8 "),
    "REPORT": ("", "            All regions                  84,650.00  100.0%\n"),
    "STOCK": ("1,-500\r3,-20\r0,0\r", "To order:\n   Screws               100 \n"),
    "WORDCNT": ("", " 45 words, 26 different ones.\nTHE           8 ********\n"),
    # games
    "ADVENTUR": (
        "e\rtake oil\rw\rn\re\rtake key\rtake matches\rw\rn\ruse key\rw\rs\re\rtake rope\rdrop rope\rtake rope\rw\r"
        "go north\rn\ruse rope\re\ruse key\ruse matches\ruse oil\rinv\rdance\rlook\ruse matches\r",
        "The great lamp burns. Far out, the ship turns away from the rocks.\nYou have won!\n",
    ),
    "BLACKJCK": (
        " 500\r" + "10\rn\r" * 15 + "20\ry\rn\r0\r0\r",
        "(The cards are shuffled.)\nDealer has J  2  A  3  8  = 24 \nYou win!\n",
    ),
    "CATCH": ("  " + _falling_stars(), "You caught 15 stars.\n"),
    "FIVE": (" horse\rwater\rstone\rlight\rflame\rapple\r", "      (L) I  G  H  T \n"),
    "FOURROW": ("4\r4\r4\r3\r0\r5\r2\r6\r1\r7\r3\r5\r6\r2\r1\r7\r", "I win.\n"),
    "GUESS": ("x50\r25\r12\r40\r26\r27\r28\r", "Hot! My number is larger.\n"),
    "HANGMAN": ("xe\rt\ra\ra\r3\ro\rr\rp\rg\rm\r", "The word was PROGRAM. You live!\n"),
    "LANDER": ("0\r" * 4 + "11\r" + "10\r" * 7 + "0\r" * 10 + "4\r" * 4 + "2\r" * 2, "A perfect landing!\n"),
    "MASTER": (
        " rgby\rrr\rrrgg\rgvog\r",
        " 2  RRGG   black 1  white 1 \nYour guess? gvog\n 3  GVOG   black 4  white 0 \n",
    ),
    "MAZE": (
        " ssddddwwddssssddddwwwwddddddssssddddddwwwwddssddssaassddssaaaaaawwaassssaassddddssssddddddwwwwwwddwwddddssddd"
        "dssssssd",
        "Out, in 117 steps!\n",
    ),
    "MINES": (
        " a1\r-c5\rx\r-c5\rb9\r"
        + _fields("A4 A5 A6 A7 A8 A9 A10 A11 B5 B6 B7 B8 B9 B10 B11 C8 C9 C10 C11 D9 D10 D11 D12 E9 E10 E11 E12 F9")
        + _fields("F10 F11 F12 G1 G3 G10 G12 H1 H2 H4 H9 H10 H11 H12"),
        "The field is clear. Well done!\n",
    ),
    "NIM": ("1,2\r2,1\r3,1\r3,2\r1,1\r", "I took the last one: I win.\n"),
    "PAIRS": (" 3\r4\rx1\r16\r2\r7\r3\r8\r4\r13\r5\r15\r6\r12\r9\r14\r10\r10\r11\r", "All pairs in 9 turns.\n"),
    "PIG": (" " + "tts" * 12, "the winner with"),
    "ROBOTS": (" 4568000000q", "That was your last step.\n"),
    "SHIPS": (
        " c4\rc4\rz\r" + "".join(f"{row}{column}\r" for row in "ABCDEFGHIJ" for column in range(10)),
        "All ships are sunk with 98 shots.\n",
    ),
    "SNAKE": ("  +++---sxxxxxxxx", "Game over. Stars eaten: 1 \n"),
    "TICTAC": ("5\r1\r9\r2\r4\r7\r", "---+---+---\n X | O | X \nA draw.\n"),
    "TYPING": (
        "asdf jkl; asdf jkl;a sad lad; a fall; ask dadquiet water runs deep"
        "10 PRINT A,Bthe lxazy programmer sleeps well",
        "Keys: 109  slips: 1  accuracy: 99 %\n",
    ),
    # lessons
    "01HELLO": ("", "Hello, world!\n\nTwo and two is 4 \n"),
    "02NUMBER": ("", "DOUBLE# = 3.333333333333333 \n"),
    "03INPUT": ("Ann\r30\r4,3\rhi, you\r", 'You said: "hi, you"\nThat is 7 characters.\n'),
    "04DECIDE": ("", " 35 degrees:   no frost, stay inside, drink something\n"),
    "05LOOPS": ("", " 10 times, then it is .976563 \n"),
    "06TEXT": ("", "Backwards: ecalevoL adA\nIn capitals: ADA LOVELACE\n"),
    "07ARRAYS": ("", "Sorted: SAT 31  FRI 27  TUE 19  THU 15  MON 12  WED 8  SUN 4 \n"),
    "08DATA": ("", "Jupiter      95       4333 \n"),
    "09GOSUB": ("1\r2\r2\r26.2\r3\r9\r4\r", "Radius? 2\nThe area is 12.5664 \n"),
    "10FUNCT": ("", "             IN THE MIDDLE\n            OF FORTY COLUMNS\n"),
    "11CHANCE": ("5\r", "Ten throws: 3  5  4  5  5  6  4  3  4  6 \n"),
    "12USING": ("", "Floppy disks  20    $2.25    $45.00\n"),
    "13ERRORS": ("", "   0 will not do, we take 1 instead\n100 divided by 1 is 100 \n"),
    "14FILES": ("", "   Cheese, old     7.25\n"),
    "15RECORD": ("", "Record 3 is now: Arcturus            golden  \n"),
    "16KEYS": ("xyabcd", "It was abcd, but I tell nobody.\n"),
    "17BITS": ("", "A XOR B   01100110  exactly one\n"),
    "18DEBUG": ("", "The sum is 18 and the average 6 \n"),
    # simulations
    "ANT": ("", "The ant left after 11343 steps.\n"),
    "BALL": ("", "It touched the ground 3 times in 15 seconds.\n"),
    "DARTS": ("", " 10240   3.12500   0.01659\n"),
    "FIRE": ("", "Density 60 percent: of 438 trees 418 burnt.\n"),
    "FLU": ("", "Worst day:  33 with  2,302 people ill.\n"),
    "FOXES": ("", " 120      343    75 |                 r                   F "),
    "GALTON": ("", " 6  93 oooooooooooooooooooooooooooooooooooooooooooooo\n"),
    "LIFE": ("123456789012q", "Generation 12  Cells 18   \n"),
    "ORBIT": ("", "Nearest  5.66, farthest 10.00\n"),
    "QUEUE": ("", "   2      154         3            0.3\n"),
    "SAVINGS": ("1000\r5\r", "  30     30,000.00      3,321.95      69,760.86\n"),
    "WALK": ("", "   640        26.6           25.3\n"),
}
