"""HELP for the functions and the operators."""

from mbasic.language.help_topic import Topic


def _function(name: str, syntax: str, text: str, example: str, *words: str) -> Topic:
    return Topic(name, "function", syntax, text, example, words)


def _operator(name: str, syntax: str, text: str, example: str, *words: str) -> Topic:
    return Topic(name, "operator", syntax, text, example, words)


FUNCTIONS = (
    _function("ABS", "ABS(x)", "The number without its sign.", "PRINT ABS(-3)"),
    _function("ASC", "ASC(string)", "The code of a string's first character. An empty string is an error.",
              'PRINT ASC("A")'),
    _function("ATN", "ATN(x)", "The angle, in radians, whose tangent is x.", "PI=4*ATN(1)"),
    _function("CDBL", "CDBL(x)", "The number as a double.", "A#=CDBL(1/3)"),
    _function("CHR$", "CHR$(code)", "The character with a code from 0 to 255.", "PRINT CHR$(7);CHR$(65)"),
    _function("CINT", "CINT(x)", "The number rounded to an integer from -32768 to 32767.", "PRINT CINT(45.67)"),
    _function("COS", "COS(x)", "The cosine of an angle in radians.", "PRINT COS(0)"),
    _function("CSNG", "CSNG(x)", "The number as a single.", "A!=CSNG(B#)"),
    _function(
        "CVI", "CVI(string)   CVS(string)   CVD(string)",
        "The number that MKI$, MKS$ or MKD$ put into 2, 4 or 8 characters of a record.", "I%=CVI(MKI$(5))",
        "CVS", "CVD",
    ),
    _function("EOF", "EOF(file)", "-1 (true) when everything of an input file has been read.",
              "IF EOF(1) THEN CLOSE #1"),
    _function("ERL", "ERL", "The line of the last error; 65535 for a line without number.", "PRINT ERL"),
    _function("ERR", "ERR", "The number of the last error.", "IF ERR=11 THEN RESUME NEXT"),
    _function("EXP", "EXP(x)", "e to the power x; x up to 87.3365.", "PRINT EXP(1)"),
    _function("FIX", "FIX(x)", "The number without its decimals: FIX(-1.5) is -1.", "PRINT FIX(-1.5)"),
    _function("FRE", "FRE(x)   FRE(string)", "The bytes of memory that are free; of a string, after tidying up.",
              'PRINT FRE("")'),
    _function("HEX$", "HEX$(x)", "The number from -32768 to 65535 in hexadecimal digits.", "PRINT HEX$(255)"),
    _function("INKEY$", "INKEY$", "The key that was typed, nothing if there is none. It is not shown.",
              '10 K$=INKEY$:IF K$="" THEN 10'),
    _function("INP", "INP(port)", "The byte of a port: what OUT sent there.", "PRINT INP(32)"),
    _function(
        "INPUT$", "INPUT$(count[,[#]file])",
        "Reads characters from the keyboard, without showing them, or from a file.", "A$=INPUT$(1)",
    ),
    _function(
        "INSTR", "INSTR([start,]string,part)", "Where a part stands in a string, counted from 1; 0 if it does not.",
        'PRINT INSTR("HELLO","L")',
    ),
    _function("INT", "INT(x)", "The largest whole number that is not larger: INT(-1.5) is -2.", "PRINT INT(-1.5)"),
    _function("LEFT$", "LEFT$(string,count)", "The first characters of a string.", 'PRINT LEFT$("MBASIC",2)'),
    _function("LEN", "LEN(string)", "How many characters a string has.", 'PRINT LEN("ABC")'),
    _function("LOC", "LOC(file)", "The record used last, or how many blocks of 128 bytes were read or written.",
              "PRINT LOC(1)"),
    _function("LOF", "LOF(file)", "How many records of 128 bytes the file has.", "PRINT LOF(1)"),
    _function("LOG", "LOG(x)", "The natural logarithm of a number above 0.", "PRINT LOG(10)"),
    _function("LPOS", "LPOS(x)", "The printer's column, from 1; x does not matter.", "PRINT LPOS(0)"),
    _function(
        "MID$", "MID$(string,start[,count])", "Characters from the middle of a string, the first being 1.",
        'PRINT MID$("MBASIC",2,3)',
    ),
    _function(
        "MKI$", "MKI$(integer)   MKS$(single)   MKD$(double)",
        "A number as 2, 4 or 8 characters, for the records of a random file.", "A$=MKS$(3.5)", "MKS$", "MKD$",
    ),
    _function("OCT$", "OCT$(x)", "The number from -32768 to 65535 in octal digits.", "PRINT OCT$(8)"),
    _function("PEEK", "PEEK(address)", "The byte at an address of the memory.", "PRINT PEEK(&H5A00)"),
    _function("POS", "POS(x)", "The cursor's column, from 1; x does not matter.", "IF POS(0)>60 THEN PRINT"),
    _function("RIGHT$", "RIGHT$(string,count)", "The last characters of a string.", 'PRINT RIGHT$("MBASIC",2)'),
    _function(
        "RND", "RND[(x)]",
        "A random number from 0 up to 1. x above 0 or none: the next; 0: the last one again; below 0: begins a series.",
        "PRINT INT(6*RND)+1",
    ),
    _function("SGN", "SGN(x)", "-1, 0 or 1: the sign of a number.", "PRINT SGN(-3)"),
    _function("SIN", "SIN(x)", "The sine of an angle in radians.", "PRINT SIN(3.14159/2)"),
    _function("SPACE$", "SPACE$(count)", "A string of blanks.", 'PRINT "A";SPACE$(5);"B"'),
    _function("SPC", "SPC(count)", "In PRINT: some blanks.", 'PRINT "A";SPC(5);"B"', "SPC("),
    _function("SQR", "SQR(x)", "The square root of a number that is not below 0.", "PRINT SQR(2)"),
    _function("STR$", "STR$(x)", "The number as PRINT shows it, a blank or - in front.", "A$=STR$(12)"),
    _function(
        "STRING$", "STRING$(count,code)   STRING$(count,string)", "One character again and again.",
        'PRINT STRING$(10,"*");STRING$(5,45)',
    ),
    _function("TAB", "TAB(column)", "In PRINT: goes to a column, the first being 1; on the next line if it is passed.",
              'PRINT "NAME";TAB(20);"AGE"', "TAB("),
    _function("TAN", "TAN(x)", "The tangent of an angle in radians.", "PRINT TAN(1)"),
    _function("USR", "USR[digit](x)", "Calls machine code that DEF USR named. There is no 8080 processor here.",
              "PRINT USR1(5)"),
    _function("VAL", "VAL(string)", "The number that a string begins with, 0 if it begins with none.",
              'PRINT VAL("12 APPLES")'),
    _function("VARPTR", "VARPTR(variable)   VARPTR(#file)", "The address of a variable's value, or of a file's buffer.",
              "A=1:PRINT VARPTR(A)"),
)  # fmt: skip

OPERATORS = (
    _operator("+", "x + y   string + string", "The sum of two numbers; two strings in one.", 'PRINT 1+2;"A"+"B"'),
    _operator("-", "x - y   -x", "The difference of two numbers; the negative of one.", "PRINT 5-7;-A"),
    _operator("*", "x * y", "The product of two numbers.", "PRINT 6*7"),
    _operator("/", "x / y", "The quotient of two numbers, with its decimals.", "PRINT 7/2"),
    _operator("\\", "x \\ y", "The whole quotient of two integers; both are rounded first.", "PRINT 7\\2"),
    _operator("^", "x ^ y", "x to the power y, before all other arithmetic.", "PRINT 2^10"),
    _operator("MOD", "x MOD y", "What is left over of a whole division; both numbers are rounded first.",
              "PRINT 7 MOD 3"),
    _operator(
        "=", "x = y   x <> y   x < y   x > y   x <= y   x >= y",
        "Compares numbers or strings: -1 if it is true, 0 if not.", 'IF A<>B OR N$>="M" THEN PRINT A=B',
        "<", ">", "<>", "<=", ">=",
    ),
    _operator("NOT", "NOT x", "Every bit of an integer turned round; true becomes false.", "IF NOT A=B THEN PRINT A"),
    _operator("AND", "x AND y", "The bits that both integers have; true if both conditions are.",
              "IF A>0 AND A<10 THEN PRINT A"),
    _operator("OR", "x OR y", "The bits that one of two integers has; true if one condition is.", "PRINT 5 OR 3"),
    _operator("XOR", "x XOR y", "The bits that only one of two integers has.", "PRINT 5 XOR 3"),
    _operator("EQV", "x EQV y", "The bits that are equal in two integers.", "PRINT 5 EQV 3"),
    _operator("IMP", "x IMP y", "The bits that x does not have, or y has.", "PRINT 5 IMP 3"),
)  # fmt: skip
