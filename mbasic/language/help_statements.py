"""HELP for the statements, and for the commands that are mostly typed at the Ok prompt."""

from mbasic.language.help_topic import Topic


def _statement(name: str, syntax: str, text: str, example: str, *words: str) -> Topic:
    return Topic(name, "statement", syntax, text, example, words)


def _command(name: str, syntax: str, text: str, example: str, *words: str) -> Topic:
    return Topic(name, "command", syntax, text, example, words)


STATEMENTS = (
    _statement(
        "CALL", "CALL variable[(arguments)]",
        "Calls machine code at the address in a variable. Here it does nothing: there is no 8080 processor.",
        "A=&H8000:CALL A(B%)",
    ),
    _statement(
        "CHAIN", "CHAIN [MERGE] file[,[line][,ALL][,DELETE first-last]]",
        "Runs another program that takes over the variables named by COMMON, or ALL. MERGE keeps the lines of this "
        "program, but those that DELETE names.",
        'CHAIN "PART2",1000,ALL',
    ),
    _statement(
        "CLEAR", "CLEAR [,[top][,stack]]",
        "Sets all numbers to 0 and all strings to nothing, forgets arrays, DEF FN, open loops and GOSUBs, "
        "closes files.",
        "CLEAR",
    ),
    _statement(
        "CLOSE", "CLOSE [[#]file[,[#]file]...]",
        "Writes out what open files still hold and closes them; without a number, all of them.",
        "CLOSE #1,#2",
    ),
    _statement(
        "COMMON", "COMMON variable[,variable]...",
        "Names the variables that a CHAINed program takes over; arrays are written with ().",
        "COMMON A,N$,T()",
    ),
    _statement(
        "DATA", "DATA item[,item]...",
        "Holds numbers and strings for READ. A string needs quotes only for commas, colons and blanks at its ends.",
        'DATA 12,-3.5,RED,"A, B"',
    ),
    _statement(
        "DEF FN", "DEF FNname[(parameter[,parameter]...)]=expression",
        "Defines a function, called by FNname(arguments). Its parameters are variables of their own; all other names "
        "in it are the program's.",
        "10 DEF FNAREA(R)=3.14159*R*R\n20 PRINT FNAREA(2)", "DEF", "FN",
    ),
    _statement(
        "DEF USR", "DEF USR[digit]=address",
        "Sets the address that USR calls. Kept, but there is no 8080 processor here.",
        "DEF USR1=&H9000",
    ),
    _statement(
        "DEFINT", "DEFINT letters   DEFSNG letters   DEFDBL letters   DEFSTR letters",
        "Variables whose names begin with these letters, and have no type sign, are integer, single, double or string.",
        "DEFINT I-N:DEFSTR S", "DEFSNG", "DEFDBL", "DEFSTR",
    ),
    _statement(
        "DIM", "DIM array(highest[,highest]...)[,array(...)]...",
        "Makes arrays and sets their elements to 0 or nothing. An array used without DIM has subscripts up to 10.",
        "DIM A(100),N$(10,5)",
    ),
    _statement("END", "END", "Ends the program and closes its files. CONT goes on behind it.", "END"),
    _statement(
        "ERASE", "ERASE array[,array]...",
        "Forgets arrays; they may be dimensioned anew.",
        "DIM A(5):ERASE A:DIM A(9)",
    ),
    _statement(
        "ERROR", "ERROR code",
        "Makes error number `code` happen. Numbers that MBASIC does not use can be those of the program's own errors.",
        "ERROR 200",
    ),
    _statement(
        "FIELD", "FIELD [#]file,width AS string[,width AS string]...",
        "Divides the record of a random file among string variables. Fill them with LSET and RSET only.",
        "FIELD #1,20 AS N$,4 AS B$", "AS",
    ),
    _statement(
        "FOR", "FOR variable=start TO limit [STEP step] ... NEXT [variable]",
        "Repeats the statements up to NEXT, counting the variable from start to limit. If start is beyond the limit "
        "they are not executed at all.",
        "FOR I=10 TO 1 STEP -1:PRINT I:NEXT I", "TO", "STEP", "FOR...NEXT",
    ),
    _statement(
        "GET", "GET [#]file[,record]",
        "Reads a record of a random file, the next one if no number is given; FIELD's variables then hold it.",
        "GET #1,7",
    ),
    _statement(
        "GOSUB", "GOSUB line",
        "Executes the lines at `line` up to RETURN, then goes on behind the GOSUB.",
        "10 GOSUB 100:END\n100 PRINT 1:RETURN",
    ),
    _statement("GOTO", "GOTO line", "Goes on at another line.", "10 GOTO 10", "GO TO"),
    _statement(
        "IF", "IF condition THEN statements|line [ELSE statements|line]",
        "Executes what follows THEN if the condition is true (not 0), else what follows ELSE, or the next line. "
        "All of it stands in one line. IF condition GOTO line is the same as THEN line.",
        'IF A>B THEN PRINT "MORE" ELSE 200', "THEN", "ELSE", "IF...THEN",
    ),
    _statement(
        "INPUT", 'INPUT[;] ["prompt";|,] variable[,variable]...',
        "Asks for values, separated by commas. A comma behind the prompt leaves out the question mark; a semicolon "
        "behind INPUT keeps the cursor in the line. A wrong answer is asked for again.",
        'INPUT "NAME, AGE";N$,A',
    ),
    _statement(
        "INPUT #", "INPUT #file,variable[,variable]...",
        "Reads values from a sequential file as INPUT does from the keyboard.",
        "INPUT #1,A,B$", "INPUT#",
    ),
    _statement(
        "LET", "[LET] variable=value", "Gives a variable or an array element a value. The word may be left out.",
        "LET A(3)=A(2)+1",
    ),
    _statement(
        "LINE INPUT", 'LINE INPUT[;] ["prompt";] string',
        "Asks for a whole line, commas and quotes included. No question mark is shown.",
        'LINE INPUT "TEXT? ";A$', "LINE",
    ),
    _statement(
        "LINE INPUT #", "LINE INPUT #file,string", "Reads a whole line of a sequential file.", "LINE INPUT #1,A$",
        "LINE INPUT#",
    ),
    _statement(
        "LPRINT", "LPRINT [USING format;] [items]", "PRINT and PRINT USING on the printer.", 'LPRINT "TOTAL";T',
        "LPRINT USING",
    ),
    _statement(
        "LSET", "LSET string=value   RSET string=value",
        "Puts a value into a string without changing its length, at its left or right end; blanks fill the rest. "
        "Mostly for FIELD's variables.",
        "LSET N$=A$:RSET B$=MKS$(X)", "RSET",
    ),
    _statement(
        "MID$ =", "MID$(string,start[,length])=value",
        "Replaces characters of a string; its length stays the same.",
        'A$="ABCDEF":MID$(A$,2,2)="xy"', "MID$",
    ),
    _statement(
        "NEXT", "NEXT [variable[,variable]...]",
        "Ends the body of a FOR; several variables end several loops, the innermost first.",
        "FOR I=1 TO 3:FOR J=1 TO 2:PRINT I;J:NEXT J,I",
    ),
    _statement(
        "ON ERROR GOTO", "ON ERROR GOTO line",
        "From now on an error goes to a line, which handles it and ends with RESUME. Line 0 turns that off.",
        "10 ON ERROR GOTO 100\n20 PRINT 1/0:END\n100 PRINT ERR;ERL:RESUME NEXT", "ON ERROR",
    ),
    _statement(
        "ON...GOTO", "ON number GOTO line[,line]...   ON number GOSUB line[,line]...",
        "Goes to the line that stands in the number's place: the first for 1. For 0, or beyond the last, it does "
        "nothing.",
        "10 ON K GOTO 10,20\n20 ON K GOSUB 30\n30 RETURN", "ON", "ON...GOSUB", "ON GOTO", "ON GOSUB",
    ),
    _statement(
        "OPEN", "OPEN mode,[#]file,name[,record length]",
        'Opens a file under a number from 1 to 15. Mode: "O" writes it anew, "I" reads it, "R" does both, by '
        "records.",
        'OPEN "R",#1,"STOCK.DAT",32',
    ),
    _statement(
        "OPTION BASE", "OPTION BASE 0|1", "Sets the lowest subscript of all arrays, before any is used.",
        "OPTION BASE 1", "OPTION", "BASE",
    ),
    _statement(
        "OUT", "OUT port,value", "Sends a byte to a port. INP gives it back; nothing is connected.", "OUT 32,100",
    ),
    _statement(
        "POKE", "POKE address,value", "Puts a byte into memory.", "POKE &H5A00,255",
    ),
    _statement(
        "PRINT", "PRINT [item][;|,][item]...",
        "Shows values. Behind a semicolon the next stands close by, behind a comma in the next zone of 14 columns; one "
        "of them at the end keeps the cursor in the line. ? is short for PRINT.",
        'PRINT "SUM:";A+B,"MEAN:";(A+B)/2', "?",
    ),
    _statement(
        "PRINT #", "PRINT #file,[USING format;] items",
        'Writes values to a sequential file as PRINT shows them. To read strings back, write the commas: A$;",";B$.',
        'PRINT #1,A;",";B$', "PRINT#",
    ),
    _statement(
        "PRINT USING", "PRINT USING format;value[,value]...",
        "Shows values in a format. # digit  . point  , thousands  + - sign  $$ dollar  ** stars  ^^^^ exponent  "
        "! first character  \\  \\ as many characters as it is long  & whole string  _ next character as it is.",
        'PRINT USING "##.## \\   \\";3.14159,"APPLES"', "USING",
    ),
    _statement(
        "PUT", "PUT [#]file[,record]",
        "Writes a record of a random file from FIELD's variables, behind the last one used if no number is given.",
        "PUT #1,7",
    ),
    _statement(
        "RANDOMIZE", "RANDOMIZE [number]",
        "Begins another series of random numbers; asks for its number if none is given.",
        "RANDOMIZE 42",
    ),
    _statement(
        "READ", "READ variable[,variable]...", "Takes the next items of the DATA lines.", "READ A,N$\nDATA 5,JIM",
    ),
    _statement(
        "REM", "REM text   ' text", "A remark: all of the line behind it is skipped.", "REM SORT THE NAMES", "'",
    ),
    _statement(
        "RESTORE", "RESTORE [line]", "READ goes on with the first DATA, or the first from a line on.", "10 RESTORE 10",
    ),
    _statement(
        "RESUME", "RESUME [0]   RESUME NEXT   RESUME line",
        "Ends an error handler: tries the statement again, goes on behind it, or at a line.",
        "RESUME NEXT", "RESUME NEXT",
    ),
    _statement("RETURN", "RETURN", "Goes back behind the GOSUB that was executed last.", "RETURN"),
    _statement(
        "STOP", "STOP", "Stops the program and says where. Files stay open; CONT goes on.", "STOP",
    ),
    _statement(
        "SWAP", "SWAP variable,variable", "Exchanges the values of two variables of the same type.",
        "A(1)=1:A(2)=2:SWAP A(1),A(2)",
    ),
    _statement(
        "WAIT", "WAIT port,mask[,invert]",
        "Waits until a port's byte, its bits in `invert` turned round, has one of the bits of `mask`.",
        "WAIT 1,2",
    ),
    _statement(
        "WHILE", "WHILE condition ... WEND", "Repeats the statements up to WEND as long as the condition is true.",
        "WHILE A<5:A=A+1:PRINT A:WEND", "WEND", "WHILE...WEND",
    ),
    _statement(
        "WRITE", "WRITE [#file,] value[,value]...",
        "Shows values, or writes them to a file, with commas between them and strings in quotes, so that INPUT # can "
        "read them.",
        'WRITE 1,"A, B"', "WRITE #",
    ),
)  # fmt: skip

COMMANDS = (
    _command(
        "AUTO", "AUTO [line][,[increment]]",
        "Offers line numbers, from 10 in steps of 10 if nothing else is said, until Ctrl-C. A * behind a number: the "
        "line exists.",
        "AUTO 100,5",
    ),
    _command(
        "CONT", "CONT", "Goes on behind STOP, END, Ctrl-C or a breakpoint, if the program was not changed.", "CONT",
    ),
    _command("DELETE", "DELETE [first][-last]", "Deletes lines; the last must exist.", "DELETE 100-199"),
    _command(
        "EDIT", "EDIT line",
        "Changes a line in place. Space moves right, Rubout left; I insert, X extend, D delete, C change, S search, "
        "K kill up to, H hack and insert, L list, A again, E or Enter end, Q quit.",
        "EDIT 120",
    ),
    _command("FILES", "FILES [pattern]", "Lists the files of the disk. * and ? stand for any characters.",
             'FILES "*.BAS"'),
    _command("KILL", "KILL file", "Deletes a file of the disk.", 'KILL "OLD.BAS"'),
    _command(
        "LIST", "LIST [first][-[last]]   LLIST [first][-[last]]",
        "Shows the program, or some of its lines; LLIST prints it. `.` is the line used last.",
        "LIST 100-", "LLIST",
    ),
    _command("LOAD", "LOAD file[,R]", "Brings a program from the disk, in place of the present one; ,R runs it.",
             'LOAD "GAME",R'),
    _command("MERGE", "MERGE file", "Adds the lines of a program that was saved with ,A; equal numbers are replaced.",
             'MERGE "SUBS"'),
    _command("NAME", "NAME old AS new", "Gives a file another name.", 'NAME "A.BAS" AS "B.BAS"'),
    _command("NEW", "NEW", "Forgets the program and its variables.", "NEW"),
    _command("NULL", "NULL count", "Sends some NUL characters behind every line, for slow printers.", "NULL 0"),
    _command(
        "RENUM", "RENUM [new][,[old][,increment]]",
        "Numbers the lines anew, from line `old` on, and corrects all GOTO, GOSUB, THEN and the like.",
        "RENUM 100,10,5",
    ),
    _command("RESET", "RESET", "Closes all files, so that the disk may be changed.", "RESET"),
    _command(
        "RUN", "RUN [line]   RUN file[,R]",
        "Clears the variables and runs the program, or one of the disk; ,R keeps files open.", "RUN 100",
    ),
    _command(
        "SAVE", "SAVE file[,A|,P]",
        "Puts the program on the disk: in the short form, as text (,A), or protected (,P): it can never be listed "
        "again.",
        'SAVE "GAME",A',
    ),
    _command("SYSTEM", "SYSTEM", "Closes files and leaves MBASIC.", "SYSTEM"),
    _command("TRON", "TRON   TROFF", "Shows the number of every line that is executed, until TROFF.", "TRON", "TROFF"),
    _command(
        "WIDTH", "WIDTH [LPRINT] columns", "Sets the length of the lines on the screen or the printer; 255: endless.",
        "WIDTH LPRINT 132", "WIDTH LPRINT",
    ),
)  # fmt: skip
