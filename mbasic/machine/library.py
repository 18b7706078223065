"""The names under which generated text finds the library: F_ functions, H_ statements, the papers it prints on."""

from typing import TYPE_CHECKING

from mbasic.machine.data_statements import DataStatements
from mbasic.machine.file_statements import FileStatements
from mbasic.machine.system_statements import SystemStatements
from mbasic.runtime.library import strings
from mbasic.runtime.library.using import Using
from mbasic.runtime.printing import write_number, write_string
from mbasic.values import double, functions, single
from mbasic.values.number_text import format_double, format_integer, format_single

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine


def library_names(machine: "Machine") -> dict[str, object]:
    """Everything the text of compiler.exact may name, bound to a machine."""
    system, files, data = SystemStatements(machine), FileStatements(machine), DataStatements(machine)
    return {
        **_FUNCTIONS,
        **_statements(machine, system, files, data),
        "F_VAL": system.val,
        "F_INPUT_S": machine.input.chars,
        "F_INKEY_S": machine.input.inkey,
        "F_INPUT_S_D": files.chars,
        "F_PEEK": machine.memory.peek,
        "F_PEEK_DIRECT": system.peek_direct,
        "F_INP": machine.memory.inp,
        "F_USR": machine.memory.user,
        "F_VARPTR": machine.memory.address_of_scalar,
        "F_VARPTR_A": system.address_of_element,
        "F_VARPTR_D": system.address_of_buffer,
        "F_RND": system.rnd,
        "F_ERR": system.err,
        "F_ERL": system.erl,
        "F_FRE": system.free,
        "F_POS": system.pos,
        "F_LPOS": system.lpos,
        "F_EOF": machine.files.eof,
        "F_LOC": files.loc,
        "F_LOF": files.lof,
        "screen": machine.screen,
        "printer": machine.printer,
        "file_output": machine.files.output,
        "convert": system.convert,
        "Using": Using,
        "too_long": strings.too_long,
        "write_number": write_number,
        "write_string": write_string,
        "format_integer": format_integer,
        "format_single": format_single,
        "format_double": format_double,
    }


_FUNCTIONS: dict[str, object] = {
    "F_LEFT_S": strings.left,
    "F_RIGHT_S": strings.right,
    "F_MID_S": strings.mid,
    "F_CHR_S": strings.character,
    "F_ASC": strings.code,
    "F_SPACE_S": strings.spaces,
    "F_STRING_S": strings.repeat,
    "F_STRING_S_S": strings.repeat_text,
    "F_INSTR": strings.find,
    "F_HEX_S": strings.hexadecimal,
    "F_OCT_S": strings.octal,
    "F_STR_S_I": strings.text_of_integer,
    "F_STR_S_F": strings.text_of_single,
    "F_STR_S_D": strings.text_of_double,
    "F_MKI_S": strings.make_integer,
    "F_MKS_S": strings.make_single,
    "F_MKD_S": strings.make_double,
    "F_CVI": strings.to_integer,
    "F_CVS": strings.to_single,
    "F_CVD": strings.to_double,
    "F_INT_D": double.floor,
    "F_FIX_F": single.fix,
    "F_FIX_D": double.fix,
    "F_ABS_D": double.abs_,
    "F_SGN_D": double.sign,
    "F_SIN": functions.sin,
    "F_COS": functions.cos,
    "F_TAN": functions.tan,
    "F_ATN": functions.atn,
    "F_EXP": functions.exp,
    "F_LOG": functions.log,
    "F_SQR": functions.sqr,
    "F_POWER": functions.power,
}


def _statements(
    machine: "Machine", system: SystemStatements, files: FileStatements, data: DataStatements
) -> dict[str, object]:
    commands, console, variables = machine.commands, machine.input, machine.variables
    table: dict[str, object] = {
        "ask_items": console.ask_items,
        "ask_line": console.ask_line,
        "show_prompt": console.show_prompt,
        "input_item": console.item,
        "input_line": console.text,
        "begin_keys": console.begin_keys,
        "require": variables.require,
        "touch": variables.used.add,
        "erase": variables.erase,
        "poke": machine.memory.poke,
        "poke_direct": system.poke_direct,
        "out": machine.memory.out,
        "def_usr": machine.memory.define_user,
        "call": machine.memory.call,
    }
    for owner, names in (
        (system, "dim option_base def_type def_fn end stop system trace null width wait error on_error resume "
                 "resume_next resume_line clear randomize ask_seed"),
        (files, "open close get put field field_part lset rset mid_let kill rename files reset input_from file_item "
                "file_line"),
        (data, "read_item read_done restore"),
        (commands, "list edit auto delete renum new save merge load run run_file chain cont"),
    ):  # fmt: skip
        table.update({name: getattr(owner, name) for name in names.split()})
    return {"H_" + name: function for name, function in table.items()}
